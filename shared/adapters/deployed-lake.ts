import { GetTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { EVENTS } from '../core/lake-keys.ts';
import { AthenaError, callError, type AthenaPlace } from './athena-error.ts';
import { DELIVERIES } from '../core/events-view.ts';

const LOCATION = new RegExp(`^s3://([^/]+)/${EVENTS}?$`);

/**
 * The bucket of a deployed lake, as the catalogue knows it. Whoever may query the lake may look there: Athena reads catalogue
 * and bucket with its caller's permissions. Throws `AthenaError`.
 */
export async function lakeBucket(place: AthenaPlace): Promise<string> {
  const table = new GetTableCommand({ DatabaseName: place.database, Name: DELIVERIES });
  const found = await new GlueClient().send(table).catch((error: unknown) => {
    throw callError(error, place);
  });
  const location = found.Table?.StorageDescriptor?.Location ?? '';
  const bucket = LOCATION.exec(location)?.[1];
  if (bucket !== undefined) return bucket;
  const said = `${place.database}.${DELIVERIES} lies at ${location || 'no place'}, not at s3://<lake bucket>/${EVENTS}`;
  throw new AthenaError('no-database', `${said}: it is not the table of a lake that trailseal deployed`);
}
