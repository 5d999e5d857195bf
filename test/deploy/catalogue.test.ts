import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogue, databaseName } from '../../deploy/catalogue.ts';
import { namedQueries } from '../../deploy/named-queries.ts';
import { hiveType } from '../../deploy/glue-columns.ts';
import { COMPACTED_COLUMNS } from '../../shared/core/columns.ts';

interface TableInput {
  readonly PartitionKeys?: readonly { Name: string; Type: string }[];
  readonly StorageDescriptor: { readonly Columns: readonly { Name: string; Type: string }[] };
}

function tableInput(resource: string): TableInput {
  const input = catalogue('test').Resources[resource]?.Properties['TableInput'];
  if (input === undefined) throw new Error(`no table ${resource}`);
  return input as unknown as TableInput;
}

/** Athena user guide, "Query AWS CloudTrail logs", as shared/facts/athena.md has it. */
const DOCUMENTED: Readonly<Record<string, string>> = {
  useridentity:
    'struct<type:string,principalid:string,arn:string,accountid:string,invokedby:string,accesskeyid:string,username:string,' +
    'onbehalfof:struct<userid:string,identitystorearn:string>,' +
    'sessioncontext:struct<attributes:struct<mfaauthenticated:string,creationdate:string>,' +
    'sessionissuer:struct<type:string,principalid:string,arn:string,accountid:string,username:string>,' +
    'ec2roledelivery:string,webidfederationdata:struct<federatedprovider:string,attributes:map<string,string>>>>',
  resources: 'array<struct<arn:string,accountid:string,type:string>>',
  addendum: 'struct<reason:string,updatedfields:string,originalrequestid:string,originaleventid:string>',
  tlsdetails: 'struct<tlsversion:string,ciphersuite:string,clientprovidedhostheader:string>',
};

const DOCUMENTED_STRINGS =
  'eventversion eventtime eventsource eventname awsregion sourceipaddress useragent errorcode errormessage requestparameters ' +
  'responseelements additionaleventdata requestid eventid eventtype apiversion readonly recipientaccountid ' +
  'serviceeventdetails sharedeventid vpcendpointid vpcendpointaccountid eventcategory sessioncredentialfromconsole edgedevicedetails';

describe('the table cloudtrail_deliveries', () => {
  const columns = new Map(
    tableInput('EventsTable').StorageDescriptor.Columns.map(({ Name, Type }) => [Name, Type]),
  );

  it.each(Object.entries(DOCUMENTED))('has %s as AWS documents it', (name, type) => {
    expect(columns.get(name)).toBe(type);
  });

  it.each(DOCUMENTED_STRINGS.split(' '))('has %s as a string', (name) => {
    expect(columns.get(name)).toBe('string');
  });

  it('has every column of the Parquet files, in their order, and no partition among them', () => {
    expect([...columns.keys()]).toEqual(COMPACTED_COLUMNS.map(({ name }) => name));
    const partitions = tableInput('EventsTable').PartitionKeys ?? [];
    expect(partitions.map(({ Name, Type }) => `${Name} ${Type}`)).toEqual([
      'account string',
      'region string',
      'year string',
      'month string',
      'day string',
    ]);
    expect(partitions.filter(({ Name }) => columns.has(Name))).toEqual([]);
  });

  it('has the instant as a timestamp and the position as a number', () => {
    expect(columns.get('event_ts')).toBe('timestamp');
    expect(columns.get('recordindex')).toBe('int');
    expect(columns.get('recordhash')).toBe(hiveType('binary'));
  });
});

describe("the tables over the lake's own documents", () => {
  it('name fields without capitals, which Hive lacks', () => {
    for (const table of ['ReceiptsTable', 'PlansTable']) {
      const text = JSON.stringify(
        tableInput(table).StorageDescriptor.Columns.map(({ Name, Type }) => Name + Type),
      );
      expect(text).toBe(text.toLowerCase());
    }
  });

  it("see a log file's outcome, its rows and what was quarantined", () => {
    const types = new Map(
      tableInput('ReceiptsTable').StorageDescriptor.Columns.map(({ Name, Type }) => [Name, Type]),
    );
    expect(types.get('logfiles')).toContain('outcome:string');
    expect(types.get('logfiles')).toContain('rows:array<struct<object:string,rows:bigint>>');
    expect(types.get('logfiles')).toContain('quarantined:map<string,bigint>');
    expect(types.get('objects')).toBe('array<struct<key:string,bytes:bigint,sha256:string,rows:bigint>>');
  });
});

it('a database has a name that Athena takes without quotes', () => {
  expect(databaseName('blue-green')).toBe('trailseal_blue_green');
});

describe('the saved queries', () => {
  const saved = Object.entries(namedQueries().Resources);
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');

  it('are every question of the folder, in the database and the workgroup', () => {
    const files = readdirSync(new URL('../../queries/', import.meta.url)).filter((name) =>
      name.endsWith('.sql'),
    );
    expect(saved.map(([, { Properties }]) => `${text(Properties['Name'])}.sql`).sort()).toEqual(files.sort());
    const [, resource] = saved.find(([name]) => name === 'RootUseQuery') ?? [];
    expect(resource?.Properties).toMatchObject({
      Name: 'root-use',
      Database: { Ref: 'Database' },
      WorkGroup: { Ref: 'Workgroup' },
    });
  });

  it('say in their description which values their question marks stand for, in order', () => {
    const [, resource] = saved.find(([name]) => name === 'AccessKeyActivityQuery') ?? [];
    const { Description: description, QueryString: sql } = resource?.Properties ?? {};
    expect(description).toContain('1 from_day, 2 to_day, 3 from_day, 4 to_day, 5 access_key.');
    expect(description).toContain('access_key: the access key id');
    expect(text(sql).match(/\?/g)).toHaveLength(5);
  });

  // API reference of CreateNamedQuery.
  it.each(saved)('%s keeps to the lengths that Athena takes', (name, { Properties }) => {
    expect(name).toMatch(/^[A-Za-z0-9]{1,255}$/);
    expect(text(Properties['Name'])).toMatch(/^.{1,128}$/);
    expect(text(Properties['Description'])).toMatch(/^.{1,1024}$/);
    expect(text(Properties['QueryString'])).toMatch(/^[^]{1,262144}$/);
  });
});
