import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { SourceError } from '../jobs/ports.ts';
import { nameOf, statusOf } from './s3-client.ts';

/** The bytes of an object that is on its way. Throws `SourceError`. */
export async function bytesOf({ Body: body }: GetObjectCommandOutput, key: string): Promise<Uint8Array> {
  const bytes = await body?.transformToByteArray().catch(cannot(key, 'the download broke off'));
  return bytes ?? new Uint8Array();
}

/** Closes the connection: nobody will read what is still on its way. */
export function discard({ Body: body }: GetObjectCommandOutput): void {
  if (body !== undefined && 'destroy' in body) body.destroy();
}

/** Turns S3's errors into `SourceError`s. */
export function cannot(key: string, detail: string): (cause: unknown) => never {
  return (cause) => {
    const [name, status] = [nameOf(cause), statusOf(cause)];
    if (status === 404) throw new SourceError('missing', key, `${detail}: it is gone (${name})`, { cause });
    if (status === 412)
      throw new SourceError('changed', key, 'it has changed since it was planned', { cause });
    // To who may not list a bucket, S3 says the same of what is forbidden and of what isn't there.
    const why =
      status === 403 ? 'access is denied, or it is gone and this role may not list the bucket; ' : '';
    throw new SourceError('unreadable', key, `${detail} (${why}${name})`, { cause });
  };
}
