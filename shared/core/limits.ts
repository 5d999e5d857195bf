/**
 * What stands before each thing an attacker controls. Beyond a limit, input goes to quarantine; it never stops a run.
 * CloudTrail's own sizes are far below: 1 MB and 622 records a file, 110 kB and a dozen levels a record, at most seen.
 */
export interface Limits {
  /** Bytes of a log file as stored. */
  readonly storedBytes: number;
  /** Bytes of a log file after decompression. */
  readonly logFileBytes: number;
  /** Decompressed bytes per stored byte, above `expansionFrom` bytes. Real log files reach 13; deflate can do 1,032. */
  readonly expansion: number;
  readonly expansionFrom: number;
  /** Records in one log file. */
  readonly records: number;
  /** Records of one log file that may be unreadable before the rest of it is taken for garbage. */
  readonly unreadableRecords: number;
  /** Bytes of one record: twice AWS's own limit for large events. Five million empty resources fit into 16 MB, and not into memory. */
  readonly recordBytes: number;
  /** Values of one record, commas counted: real ones have hundreds, and two bytes of text can be a hundred in memory. */
  readonly recordValues: number;
  /** Partitions that the rows of one log file may go to: a real one's, two or three; an archive's, as many as it has days and regions. */
  readonly partitions: number;
  /** Nesting of one record; engines that read the JSON columns stop at 1,000. */
  readonly recordDepth: number;
}

export const DEFAULT_LIMITS: Limits = {
  storedBytes: 256 * 1024 * 1024,
  logFileBytes: 256 * 1024 * 1024,
  expansion: 64,
  expansionFrom: 16 * 1024 * 1024,
  records: 1_000_000,
  unreadableRecords: 1000,
  recordBytes: 2 * 1024 * 1024,
  recordValues: 100_000,
  recordDepth: 500,
  partitions: 10_000,
};

/** The most bytes that a log file of `stored` bytes may decompress to. */
export function decompressedLimit(stored: number, limits: Limits): number {
  return Math.min(limits.logFileBytes, Math.max(limits.expansionFrom, stored * limits.expansion));
}
