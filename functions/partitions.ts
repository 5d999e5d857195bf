import { GlueCatalogue } from '../shared/adapters/glue-catalogue.ts';
import { parseEventsKey, partitionPrefix } from '../shared/core/lake-keys.ts';
import { PartitionRegistrar } from '../shared/jobs/register-partitions.ts';
import { configuration } from './configuration.ts';
import { answerObjectMessages } from './object-messages.ts';
import { count, observed, reportFailure } from './observed.ts';
import { ofBucket } from './of-bucket.ts';
import { registrationCounts } from './registration-counts.ts';

/** A Parquet object was created → its partition is in the Glue catalogue. */

const { LAKE_BUCKET, GLUE_DATABASE, GLUE_TABLE } = configuration(
  'LAKE_BUCKET',
  'GLUE_DATABASE',
  'GLUE_TABLE',
);
const registrar = new PartitionRegistrar(
  new GlueCatalogue(GLUE_DATABASE, GLUE_TABLE),
  `s3://${LAKE_BUCKET}`,
  Date.now,
);

export const handler = observed(
  async (event, context) =>
    await answerObjectMessages(event, context, async (objects) => {
      const { ours, failures } = ofBucket(objects, LAKE_BUCKET);
      const partitions = ours.flatMap(({ key }) => parseEventsKey(key)?.partition ?? []);
      const outcomes = await registrar.register(partitions);
      for (const object of ours) {
        const partition = parseEventsKey(object.key)?.partition;
        const outcome = partition && outcomes.get(partitionPrefix(partition));
        if (outcome?.kind === 'failed') failures.set(object, outcome.error);
      }
      for (const [{ key }, error] of failures)
        reportFailure('partition not registered', { object: key }, error);
      count('partitions registered', registrationCounts(outcomes.values(), failures.size));
      return failures;
    }),
);
