/** How much text gzipped log files hold, per stored byte; only ever used to size batches. */
const TYPICAL_COMPRESSION = 10;

/** About how many bytes of text a log file of `size` stored bytes holds. */
export function textEstimate({ key, size }: { readonly key: string; readonly size: number }): number {
  return key.endsWith('.gz') ? size * TYPICAL_COMPRESSION : size;
}
