/** `s3` of `s3.amazonaws.com`; any other text as it is. */
export function serviceName(source: string): string {
  return source.endsWith('.amazonaws.com') ? source.slice(0, -'.amazonaws.com'.length) : source;
}
