/** A lake of six rows in memory, with the columns and the settings of the real mount. */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { installTrinoMacros } from '../../../shared/adapters/athena-sql/trino-macros.ts';
import { DuckdbViews } from '../../../shared/adapters/duckdb-views.ts';
import { COLUMNS, duckdbType, PARTITION_COLUMNS } from '../../../shared/core/columns.ts';

/** What the mount sets for queries to mean what they mean in Athena. */
const SETTINGS = ["SET TimeZone = 'UTC'", 'SET integer_division = true'];

const session = (name: string, type: string) => `{
  type: '${type}', principalid: 'AROAEXAMPLE:${name}', arn: 'arn:aws:sts::111122223333:assumed-role/Ops/${name}',
  accountid: '111122223333', accesskeyid: 'ASIAEXAMPLE', username: NULL, invokedby: NULL, onbehalfof: NULL,
  sessioncontext: {
    attributes: { mfaauthenticated: 'false', creationdate: '2026-01-02T02:00:00Z' },
    sessionissuer: { type: 'Role', principalid: 'AROAEXAMPLE', arn: 'arn:aws:iam::111122223333:role/Ops',
      accountid: '111122223333', username: 'Ops' },
    ec2roledelivery: NULL, webidfederationdata: { federatedprovider: 'p', attributes: MAP {'sub': 'ci'} } } }`;

const user = (name: string, type: string) => `{
  type: '${type}', principalid: 'AIDAEXAMPLE', arn: 'arn:aws:iam::111122223333:user/${name}', accountid: '111122223333',
  accesskeyid: 'AKIAIOSFODNN7EXAMPLE', username: '${name}', invokedby: NULL, onbehalfof: NULL, sessioncontext: NULL }`;

const object = `[{ arn: 'arn:aws:s3:::tab/example/datafile.txt', accountid: NULL, type: 'AWS::S3::Object' },
  { arn: 'arn:aws:s3:::tab', accountid: '111122223333', type: 'AWS::S3::Bucket' }]`;

const row = (values: Readonly<Record<string, string>>): string => {
  const text = { account: '111122223333', region: 'us-east-1', year: '2026', month: '01', day: '02' };
  const quoted = Object.entries(text).map(([name, value]) => [name, `'${value}'`] as const);
  const all = { ...Object.fromEntries(quoted), ...values };
  return `INSERT INTO cloudtrail_logs (${Object.keys(all).join(', ')}) VALUES (${Object.values(all).join(', ')})`;
};

const ROWS = [
  row({
    useridentity: session('ann', 'AssumedRole'),
    eventtime: "'2026-01-02T03:04:05Z'",
    eventsource: "'s3.amazonaws.com'",
    eventname: "'GetObject'",
    awsregion: "'us-east-1'",
    sourceipaddress: "'198.51.100.7'",
    requestid: "'r1'",
    requestparameters: `'{"bucketName":"tab","key":"example/datafile.txt","x-amz-copy-source":"other/key"}'`,
    additionaleventdata: `'{"SignatureVersion":"SigV2","bytesTransferredOut":500.0,"aclRequired":"Yes"}'`,
    resources: object,
    readonly: "'true'",
    logfile: "'AWSLogs/111122223333/one.json.gz'",
  }),
  row({
    useridentity: session('bob', 'AssumedRole'),
    eventtime: "'2026-01-02T03:09:05Z'",
    eventsource: "'s3.amazonaws.com'",
    eventname: "'DeleteBucket'",
    awsregion: "'us-east-1'",
    requestparameters: `'{"bucketName":"tab"}'`,
    readonly: "'false'",
    resources: `[{ arn: 'arn:aws:s3:::tab', accountid: '111122223333', type: 'AWS::S3::Bucket' }]`,
  }),
  row({
    useridentity: user('eve', 'IAMUser'),
    eventtime: "'2026-01-02T04:00:00Z'",
    eventsource: "'signin.amazonaws.com'",
    eventname: "'ConsoleLogin'",
    sourceipaddress: "'203.0.113.9'",
    responseelements: `'{"ConsoleLogin":"Success"}'`,
    additionaleventdata: `'{"MFAUsed":"No","LoginTo":"https://console.aws.amazon.com/console/home?state=x"}'`,
  }),
  row({
    useridentity: user('root', 'Root'),
    eventtime: "'2026-01-02T04:30:00Z'",
    eventsource: "'iam.amazonaws.com'",
    eventname: "'CreateUser'",
    errorcode: "'AccessDenied'",
    errormessage: "'no'",
    requestparameters: `'{"userName":"mallory"}'`,
  }),
  row({
    useridentity: user('eve', 'IAMUser'),
    eventtime: "'2026-01-02T05:00:00Z'",
    eventsource: "'ec2.amazonaws.com'",
    eventname: "'AuthorizeSecurityGroupIngress'",
    requestparameters: `'{"groupId":"sg-1","ipPermissions":{"items":[{"fromPort":22,"ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]}}]}}'`,
  }),
  // An aggregated record has no eventtime; text that is no JSON must not fail a query over the others.
  row({ eventname: "'Aggregated'", eventsource: "'x.amazonaws.com'", requestparameters: "'not json'" }),
];

/** The sample, mounted as `cloudtrail_logs` and under other names that published queries know it by. */
export async function sampleLake(names: readonly string[] = []): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  for (const setting of SETTINGS) await connection.run(setting);
  const columns = COLUMNS.map(({ name, type }) => `"${name}" ${duckdbType(type)}`);
  const partitions = PARTITION_COLUMNS.map((name) => `"${name}" VARCHAR`);
  await connection.run(`CREATE TABLE cloudtrail_logs (${[...columns, ...partitions].join(', ')})`);
  for (const insert of ROWS) await connection.run(insert);
  await connection.run(`UPDATE cloudtrail_logs SET event_ts = CAST(eventtime AS TIMESTAMP)`);
  const day = `year || '/' || month || '/' || day AS "timestamp"`;
  for (const name of names)
    await connection.run(`CREATE VIEW "${name}" AS SELECT *, ${day} FROM cloudtrail_logs`);
  await installTrinoMacros((sql) => connection.run(sql));
  const views = new DuckdbViews((sql) => connection.run(sql), names);
  await views.mountFor(views.names.join(' '));
  return connection;
}
