/**
 * The lake's columns: one definition from which the Parquet schema, DuckDB's mount and Athena's DDL all follow.
 *
 * First the columns of AWS's documented CloudTrail table, names and types unchanged (Athena user guide,
 * "Query AWS CloudTrail logs"), so that published queries run as they are; then what that table lacks.
 * New columns go at the end, and documented structs never grow: readers that bind struct fields by position would
 * read old files wrong (trinodb/trino#14969).
 */

/** `json` is stored as text: the record's own bytes, never parsed and printed again. */
export type ColumnType =
  | 'string'
  | 'json'
  | 'timestamp'
  | 'int'
  | 'binary'
  | { readonly struct: Readonly<Record<string, ColumnType>> }
  | { readonly array: ColumnType }
  | { readonly map: 'string' };

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}

const SESSION_ISSUER: ColumnType = {
  struct: {
    type: 'string',
    principalid: 'string',
    arn: 'string',
    accountid: 'string',
    username: 'string',
  },
};

const SESSION_CONTEXT: ColumnType = {
  struct: {
    attributes: { struct: { mfaauthenticated: 'string', creationdate: 'string' } },
    sessionissuer: SESSION_ISSUER,
    ec2roledelivery: 'string',
    webidfederationdata: { struct: { federatedprovider: 'string', attributes: { map: 'string' } } },
  },
};

const USER_IDENTITY: ColumnType = {
  struct: {
    type: 'string',
    principalid: 'string',
    arn: 'string',
    accountid: 'string',
    invokedby: 'string',
    accesskeyid: 'string',
    username: 'string',
    onbehalfof: { struct: { userid: 'string', identitystorearn: 'string' } },
    sessioncontext: SESSION_CONTEXT,
  },
};

/** The columns of AWS's documented table, in its order. */
export const DOCUMENTED_COLUMNS: readonly Column[] = [
  { name: 'eventversion', type: 'string' },
  { name: 'useridentity', type: USER_IDENTITY },
  { name: 'eventtime', type: 'string' },
  { name: 'eventsource', type: 'string' },
  { name: 'eventname', type: 'string' },
  { name: 'awsregion', type: 'string' },
  { name: 'sourceipaddress', type: 'string' },
  { name: 'useragent', type: 'string' },
  { name: 'errorcode', type: 'string' },
  { name: 'errormessage', type: 'string' },
  { name: 'requestparameters', type: 'json' },
  { name: 'responseelements', type: 'json' },
  { name: 'additionaleventdata', type: 'json' },
  { name: 'requestid', type: 'string' },
  { name: 'eventid', type: 'string' },
  { name: 'readonly', type: 'string' },
  {
    name: 'resources',
    type: { array: { struct: { arn: 'string', accountid: 'string', type: 'string' } } },
  },
  { name: 'eventtype', type: 'string' },
  { name: 'apiversion', type: 'string' },
  { name: 'recipientaccountid', type: 'string' },
  { name: 'serviceeventdetails', type: 'json' },
  { name: 'sharedeventid', type: 'string' },
  { name: 'vpcendpointid', type: 'string' },
  { name: 'vpcendpointaccountid', type: 'string' },
  { name: 'eventcategory', type: 'string' },
  {
    name: 'addendum',
    type: {
      struct: {
        reason: 'string',
        updatedfields: 'string',
        originalrequestid: 'string',
        originaleventid: 'string',
      },
    },
  },
  { name: 'sessioncredentialfromconsole', type: 'string' },
  { name: 'edgedevicedetails', type: 'string' },
  {
    name: 'tlsdetails',
    type: { struct: { tlsversion: 'string', ciphersuite: 'string', clientprovidedhostheader: 'string' } },
  },
];

/** What the documented table lacks: newer CloudTrail fields, the time as a timestamp, and where the row came from. */
export const EXTRA_COLUMNS: readonly Column[] = [
  { name: 'managementevent', type: 'string' },
  { name: 'identityprovider', type: 'string' },
  { name: 'credentialid', type: 'string' },
  { name: 'inscopeof', type: 'json' },
  { name: 'invokedbydelegate', type: 'json' },
  { name: 'sourceidentity', type: 'string' },
  { name: 'assumedroot', type: 'string' },
  { name: 'keyexchange', type: 'string' },
  { name: 'eventcontext', type: 'json' },
  { name: 'insightdetails', type: 'json' },
  { name: 'timewindow', type: 'json' },
  { name: 'summary', type: 'json' },
  /** A JSON object, path → raw value: all that no other column carries exactly. */
  { name: 'unmapped', type: 'json' },
  /** `eventtime` as an instant, millisecond precision, UTC. */
  { name: 'event_ts', type: 'timestamp' },
  /** Key of the log file that delivered the record. */
  { name: 'logfile', type: 'string' },
  /** Position of the record in that log file, from 0. */
  { name: 'recordindex', type: 'int' },
  /** First 16 bytes of the SHA-256 of the record's bytes: with `eventid`, what makes two rows one event. */
  { name: 'recordhash', type: 'binary' },
];

/** Every column a Parquet file of the lake has, in file order. Partition columns are not stored in the files. */
export const COLUMNS: readonly Column[] = [...DOCUMENTED_COLUMNS, ...EXTRA_COLUMNS];

/** The other deliveries of the same event, in compacted files, which hold each event once; NULL if there was none. */
export const OTHER_DELIVERIES: Column = {
  name: 'otherdeliveries',
  type: { array: { struct: { logfile: 'string', recordindex: 'int' } } },
};

/** Every column of a compacted file, in file order. */
export const COMPACTED_COLUMNS: readonly Column[] = [...COLUMNS, OTHER_DELIVERIES];

/** The partition columns, outermost first; all strings. */
export const PARTITION_COLUMNS = ['account', 'region', 'year', 'month', 'day'] as const;

/** The column's type in DuckDB SQL. */
export function duckdbType(type: ColumnType): string {
  if (typeof type === 'string') return DUCKDB_SCALARS[type];
  if ('struct' in type) {
    const fields = Object.entries(type.struct).map(([name, field]) => `"${name}" ${duckdbType(field)}`);
    return `STRUCT(${fields.join(', ')})`;
  }
  if ('array' in type) return `${duckdbType(type.array)}[]`;
  return 'MAP(VARCHAR, VARCHAR)';
}

const DUCKDB_SCALARS = {
  string: 'VARCHAR',
  json: 'VARCHAR',
  timestamp: 'TIMESTAMP WITH TIME ZONE',
  int: 'INTEGER',
  binary: 'BLOB',
} as const satisfies Record<Extract<ColumnType, string>, string>;
