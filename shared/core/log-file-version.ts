/** The version of a log file in a bucket: its ETag, which S3 writes with quotes around it, and messages of S3 without. */
export function versionOfEtag(etag: string): string {
  return `${ETAG}"${etag.replaceAll('"', '')}"`;
}

/** The ETag, quoted as S3's own conditions want it. */
export function etagOfVersion(version: string): string {
  return version.slice(ETAG.length);
}

const ETAG = 'etag:';
