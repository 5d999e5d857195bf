import {
  BatchCreatePartitionCommand,
  BatchGetPartitionCommand,
  GetTableCommand,
  GlueClient,
  GlueServiceException,
  type PartitionError,
  type StorageDescriptor,
} from '@aws-sdk/client-glue';
import { PARTITION_COLUMNS } from '../core/columns.ts';
import { partitionPrefix, type Partition } from '../core/lake-keys.ts';
import {
  CatalogueError,
  type AddOutcome,
  type Catalogue,
  type CataloguedPartition,
} from '../jobs/register-partitions.ts';

/** Partitions in one call, at most: the Glue API's own limits. */
const CREATE_AT_ONCE = 100;
const GET_AT_ONCE = 1000;

/** The partitions of a table in the AWS Glue Data Catalog, which is Athena's. */
export class GlueCatalogue implements Catalogue {
  readonly #client = new GlueClient({ maxAttempts: 6 });
  readonly #database: string;
  readonly #table: string;
  #descriptor: Promise<StorageDescriptor> | undefined;

  constructor(database: string, table: string) {
    this.#database = database;
    this.#table = table;
  }

  async add(partitions: readonly CataloguedPartition[]): Promise<readonly AddOutcome[]> {
    const descriptor = await this.#storageDescriptor();
    const outcomes: AddOutcome[] = [];
    for (const some of inChunks(partitions, CREATE_AT_ONCE)) {
      const { Errors: errors = [] } = await this.#client
        .send(
          new BatchCreatePartitionCommand({
            DatabaseName: this.#database,
            TableName: this.#table,
            PartitionInputList: some.map(({ partition, location }) => ({
              Values: valuesOf(partition),
              StorageDescriptor: { ...descriptor, Location: location },
            })),
          }),
        )
        .catch((error: unknown) => this.#failed(error));
      const byPartition = new Map(errors.map((error) => [nameOf(error.PartitionValues), error]));
      const names = new Set(some.map(({ partition }) => nameOf(valuesOf(partition))));
      const unknown = errors.find(({ PartitionValues: values }) => !names.has(nameOf(values)));
      if (unknown !== undefined)
        this.#failed(new Error(unknown.ErrorDetail?.ErrorCode ?? 'an error without a partition'));
      outcomes.push(
        ...some.map(({ partition }) => outcomeOf(partition, byPartition.get(nameOf(valuesOf(partition))))),
      );
    }
    return outcomes;
  }

  async locations(partitions: readonly Partition[]): Promise<readonly (string | undefined)[]> {
    const found = new Map<string, string | undefined>();
    for (const some of inChunks(partitions, GET_AT_ONCE)) {
      let wanted = some.map((partition) => ({ Values: valuesOf(partition) }));
      while (wanted.length > 0) {
        const answer = await this.#client
          .send(
            new BatchGetPartitionCommand({
              DatabaseName: this.#database,
              TableName: this.#table,
              PartitionsToGet: wanted,
            }),
          )
          .catch((error: unknown) => this.#failed(error));
        for (const { Values: values, StorageDescriptor: at } of answer.Partitions ?? [])
          found.set(nameOf(values), at?.Location);
        // Named here are partitions that aren't there, and those that Glue had no time for; who asks again finds out which.
        const left = (answer.UnprocessedKeys ?? []).map(({ Values = [] }) => ({ Values }));
        if (left.length === wanted.length) break;
        wanted = left;
      }
    }
    return partitions.map((partition) => found.get(nameOf(valuesOf(partition))));
  }

  /** The table's own: a partition whose columns differ from its table's can't be queried. Read once. */
  async #storageDescriptor(): Promise<StorageDescriptor> {
    this.#descriptor ??= this.#readDescriptor();
    try {
      return await this.#descriptor;
    } catch (error) {
      this.#descriptor = undefined;
      throw error;
    }
  }

  async #readDescriptor(): Promise<StorageDescriptor> {
    const { Table: table } = await this.#client
      .send(new GetTableCommand({ DatabaseName: this.#database, Name: this.#table }))
      .catch((error: unknown) => this.#failed(error));
    return table?.StorageDescriptor ?? {};
  }

  #failed(cause: unknown): never {
    const table = `${this.#database}.${this.#table}`;
    const name = cause instanceof Error ? cause.name : 'unknown error';
    if (name === 'EntityNotFoundException') {
      throw new CatalogueError('no-table', `there is no table ${table} in the Glue catalogue`, { cause });
    }
    if (name === 'AccessDeniedException') {
      const advice = 'check the permissions of this role on the catalogue, the database and the table';
      throw new CatalogueError('denied', `partitions of ${table} may not be registered: ${advice}`, {
        cause,
      });
    }
    const status = cause instanceof GlueServiceException ? ` ${cause.$metadata.httpStatusCode}` : '';
    throw new CatalogueError('unavailable', `Glue could not be asked about ${table} (${name}${status})`, {
      cause,
    });
  }
}

function outcomeOf(partition: Partition, error: PartitionError | undefined): AddOutcome {
  if (error === undefined) return { kind: 'added' };
  const { ErrorCode: code = 'no code', ErrorMessage: message = '' } = error.ErrorDetail ?? {};
  if (code === 'AlreadyExistsException') return { kind: 'exists' };
  const text = `Glue refused the partition ${partitionPrefix(partition)} (${code}: ${message})`;
  return { kind: 'refused', error: new CatalogueError('refused', text) };
}

function valuesOf(partition: Partition): string[] {
  return PARTITION_COLUMNS.map((column) => partition[column]);
}

/** Partition values hold no slash. */
function nameOf(values: readonly string[] | undefined): string {
  return (values ?? []).join('/');
}

function inChunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}
