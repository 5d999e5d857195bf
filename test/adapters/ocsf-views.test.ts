import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DuckdbLake } from '../../shared/adapters/duckdb-lake.ts';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../../shared/core/sample/sample-log-files.ts';
import { OCSF_VERSION } from '../../shared/core/views/ocsf-common.ts';
import { ingestFolder } from '../support/ingest-folder.ts';
import { checkOcsf, eventId, ocsfValidator, type OcsfEvent, type OcsfValidator } from '../support/ocsf.ts';

const AT = { eventTime: '2026-11-21T10:00:00Z', eventSource: 'ec2.amazonaws.com', eventName: 'DescribeVpcs' };

/** Records of which little is known, and what the class demands least of all. */
const ODD_RECORDS: readonly object[] = [
  { ...AT, eventID: 'nothing-more' },
  { ...AT, eventID: 'nobody', userIdentity: null, sourceIPAddress: null, requestParameters: { a: null } },
  { ...AT, eventID: 'no-name', eventName: null },
  { ...AT, eventID: 'no-source', eventSource: null },
  { ...AT, eventID: 'iam-no-name', eventSource: 'iam.amazonaws.com', eventName: null },
  { ...AT, eventID: 'sign-in-no-name', eventSource: 'signin.amazonaws.com', eventName: null },
  {
    ...AT,
    eventID: 'role',
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRole',
    requestParameters: 'HIDDEN',
  },
  {
    ...AT,
    eventID: 'user',
    eventSource: 'iam.amazonaws.com',
    eventName: 'CreateUser',
    responseElements: [1],
  },
  {
    ...AT,
    eventID: 'v6',
    sourceIPAddress: '2001:db8::1',
    resources: [{ ARNPrefix: 'arn:aws:s3:::b/' }, { ARN: 'arn:aws:s3:::b' }],
  },
  { ...AT, eventID: 'v4-in-v6', sourceIPAddress: '::ffff:192.0.2.1' },
  { ...AT, eventID: 'no-address', sourceIPAddress: '192.0.2.06' },
  { ...AT, eventID: 'principal', userIdentity: { type: 'Unknown', principalId: 'P' } },
  { ...AT, eventID: 'bad-date', userIdentity: { sessionContext: { attributes: { creationDate: 'once' } } } },
];

let root: string;
let validate: OcsfValidator;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'trailseal-ocsf-'));
  validate = await ocsfValidator(OCSF_VERSION);
});

afterAll(async () => {
  await rm(root, { recursive: true });
});

describe('OCSF views of odd records', () => {
  it('have each event in exactly one class, valid by the schema of OCSF 1.5.0', async () => {
    const logFile = join(root, 'odd', 'records.json');
    await mkdir(dirname(logFile));
    await writeFile(logFile, JSON.stringify({ Records: ODD_RECORDS }));
    const events = await validEvents([logFile], 'odd-lake');
    expect(events).toHaveLength(ODD_RECORDS.length);
    const named = Object.fromEntries(events.map((event) => [eventId(event), event]));
    expect(named['nobody']).toMatchObject({
      actor: { app_name: 'Unknown' },
      src_endpoint: { name: 'Unknown' },
    });
    expect(named['v6']).toMatchObject({
      src_endpoint: { ip: '2001:db8::1' },
      resources: [{ uid: 'arn:aws:s3:::b' }],
    });
    expect(named['v4-in-v6']).toMatchObject({ src_endpoint: { ip: '::ffff:192.0.2.1' } });
    expect(named['no-address']).toMatchObject({ src_endpoint: { domain: '192.0.2.06' } });
    expect(named['principal']).toMatchObject({ actor: { user: { uid: 'P' } } });
    expect(named['iam-no-name']).toMatchObject({ class_uid: 6003 });
    expect(named['sign-in-no-name']).toMatchObject({ class_uid: 3002, activity_id: 99 });
    expect(named['user']).toMatchObject({
      class_uid: 3001,
      type_uid: 300101,
      type_name: 'Account Change: Create',
    });
  });
});

describe('OCSF views of the sample', () => {
  it('have each event in exactly one class, valid by the schema of OCSF 1.5.0', async () => {
    for (const { key, body } of sampleLogFiles({
      ...DEFAULT_SAMPLE_OPTIONS,
      hours: 12,
      eventsPerHour: 100,
    })) {
      const path = join(root, 'sample', key);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, body);
    }
    const events = await validEvents([join(root, 'sample')], 'sample-lake');
    expect(events.length).toBeGreaterThan(400);
  });
});

/** A lake of log files and its events, after a look at whether each is valid and in one class. */
async function validEvents(logFiles: readonly string[], name: string): Promise<readonly OcsfEvent[]> {
  await ingestFolder(logFiles, join(root, name));
  using lake = await DuckdbLake.open(join(root, name));
  const { events, problems } = await checkOcsf(lake, validate);
  expect(problems).toEqual([]);
  return events;
}
