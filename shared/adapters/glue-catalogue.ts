import {
  BatchCreatePartitionCommand,
  BatchGetPartitionCommand,
  BatchUpdatePartitionCommand,
  GetTableCommand,
  GlueClient,
  GlueServiceException,
  type ErrorDetail,
  type PartitionInput,
  type StorageDescriptor,
} from '@aws-sdk/client-glue';
import { PARTITION_COLUMNS } from '../core/columns.ts';
import { inChunks } from '../core/in-chunks.ts';
import { partitionPrefix, type Partition } from '../core/lake-keys.ts';
import {
  CatalogueError,
  type AddOutcome,
  type Catalogue,
  type CataloguedPartition,
  type MoveOutcome,
} from '../jobs/register-partitions.ts';

/** Partitions in one call, at most: the Glue API's own limits. */
const CREATE_AT_ONCE = 100;
const UPDATE_AT_ONCE = 100;
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
            PartitionInputList: some.map((one) => inputOf(one, descriptor)),
          }),
        )
        .catch((error: unknown) => this.#failed(error));
      const of = this.#byPartition(some, errors, ({ PartitionValues: values }) => values);
      outcomes.push(...some.map(({ partition }) => addOutcome(partition, of(partition))));
    }
    return outcomes;
  }

  async move(partitions: readonly CataloguedPartition[]): Promise<readonly MoveOutcome[]> {
    const descriptor = await this.#storageDescriptor();
    const outcomes: MoveOutcome[] = [];
    for (const some of inChunks(partitions, UPDATE_AT_ONCE)) {
      const { Errors: errors = [] } = await this.#client
        .send(
          new BatchUpdatePartitionCommand({
            DatabaseName: this.#database,
            TableName: this.#table,
            Entries: some.map((one) => ({
              PartitionValueList: valuesOf(one.partition),
              PartitionInput: inputOf(one, descriptor),
            })),
          }),
        )
        .catch((error: unknown) => this.#failed(error));
      const of = this.#byPartition(some, errors, ({ PartitionValueList: values }) => values);
      outcomes.push(...some.map(({ partition }) => moveOutcome(partition, of(partition))));
    }
    return outcomes;
  }

  /** What Glue said was wrong with each. An error about something else is one about all. */
  #byPartition<E extends { readonly ErrorDetail?: ErrorDetail | undefined }>(
    asked: readonly CataloguedPartition[],
    errors: readonly E[],
    valuesIn: (error: E) => readonly string[] | undefined,
  ): (partition: Partition) => ErrorDetail | undefined {
    const names = new Set(asked.map(({ partition }) => nameOf(valuesOf(partition))));
    const unknown = errors.find((error) => !names.has(nameOf(valuesIn(error))));
    if (unknown !== undefined)
      this.#failed(new Error(unknown.ErrorDetail?.ErrorCode ?? 'an error without a partition'));
    const found = new Map(errors.map((error) => [nameOf(valuesIn(error)), error.ErrorDetail ?? {}]));
    return (partition) => found.get(nameOf(valuesOf(partition)));
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

function inputOf(
  { partition, location }: CataloguedPartition,
  descriptor: StorageDescriptor,
): PartitionInput {
  return { Values: valuesOf(partition), StorageDescriptor: { ...descriptor, Location: location } };
}

function addOutcome(partition: Partition, error: ErrorDetail | undefined): AddOutcome {
  if (error === undefined) return { kind: 'added' };
  if (error.ErrorCode === 'AlreadyExistsException') return { kind: 'exists' };
  return { kind: 'refused', error: refused(partition, error) };
}

function moveOutcome(partition: Partition, error: ErrorDetail | undefined): MoveOutcome {
  if (error === undefined) return { kind: 'moved' };
  if (error.ErrorCode === 'EntityNotFoundException') return { kind: 'missing' };
  return { kind: 'refused', error: refused(partition, error) };
}

function refused(
  partition: Partition,
  { ErrorCode: code = 'no code', ErrorMessage: message = '' }: ErrorDetail,
): CatalogueError {
  const text = `Glue refused the partition ${partitionPrefix(partition)} (${code}: ${message})`;
  return new CatalogueError('refused', text);
}

function valuesOf(partition: Partition): string[] {
  return PARTITION_COLUMNS.map((column) => partition[column]);
}

/** Partition values hold no slash. */
function nameOf(values: readonly string[] | undefined): string {
  return (values ?? []).join('/');
}
