import type { Split } from './statements.ts';

export type Table = 'cloudtrail_logs' | 'cloudtrail_by_day' | 'cloudtrail_lake' | 'cloudtrail_lake_text';

/** A publication of AWS's with CloudTrail queries in it. */
export interface Source {
  readonly title: string;
  /** Where its files stand below the folder of texts: `owner/repository`, or a page's address without scheme and anchor. */
  readonly folder: string;
  readonly licence: string;
  /** Which of its files have queries, and how these stand in them. */
  readonly files: readonly { readonly match: RegExp; readonly split: Split }[];
  /** What it calls the table, as a name or as a gap to fill. */
  readonly called: RegExp;
  /** Our table or views that have the columns it asks for, in the order in which they are tried. */
  readonly tables: readonly Table[];
}

const EVENT_DATA_STORE =
  /<\$?(?:EDS|event[ _-]data[ _-]store)[ _-]ID>|\$EDS_ID\b|\bevent_data_store_ID\b|\beds-ID\b|\beds[1-3]\b|\b5e2676f8-9fce-46ef-8142-3e36a94e6691\b/gi;

/** An event data store's times, and the same as text: Lake compares both with text. */
const LAKE: readonly Table[] = ['cloudtrail_lake', 'cloudtrail_lake_text'];

/** Where the Lake samples are. */
export const LAKE_ADDRESS = 'aws-samples/cloud-trail-lake-query-samples';

const GUIDE = 'the guide’s own terms: see its page';

export const SOURCES: readonly Source[] = [
  {
    title: 'Athena user guide, “Example CloudTrail log queries”',
    folder: 'docs.aws.amazon.com/athena/latest/ug',
    licence: GUIDE,
    files: [{ match: /^query-examples-cloudtrail-logs\.md$/, split: 'fences' }],
    called: /\bcloudtrail_logs\b/g,
    tables: ['cloudtrail_logs'],
  },
  {
    title: 'S3 user guide, “Identifying Amazon S3 requests using CloudTrail”',
    folder: 'docs.aws.amazon.com/AmazonS3/latest/userguide',
    licence: GUIDE,
    files: [{ match: /^cloudtrail-request-identification\.md$/, split: 'fences' }],
    called: /\bs3_cloudtrail_events_db\.cloudtrail_table(?:_partitioned)?\b/g,
    tables: ['cloudtrail_logs'],
  },
  {
    title: 'AWS incident response playbooks',
    folder: 'aws-samples/aws-incident-response-playbooks',
    licence: 'MIT-0',
    files: [
      { match: /\.sql$/, split: 'paragraphs' },
      { match: /\.md$/, split: 'fences' },
    ],
    called: /\bcloudtrail_logs\b/g,
    tables: ['cloudtrail_logs'],
  },
  {
    title: 'AWS Security Analytics Bootstrap',
    folder: 'awslabs/aws-security-analytics-bootstrap',
    licence: 'Apache-2.0',
    files: [{ match: /cloudtrail_demo_queries\.sql$/, split: 'paragraphs' }],
    called: /(?<=\bfrom\s)cloudtrail\b/gi,
    tables: ['cloudtrail_by_day'],
  },
  {
    title: 'CloudTrail Lake query samples',
    folder: LAKE_ADDRESS,
    licence: 'MIT-0',
    files: [{ match: /\.sql$/, split: 'file' }],
    called: EVENT_DATA_STORE,
    tables: LAKE,
  },
  {
    title: 'CloudTrail user guide, Lake',
    folder: 'docs.aws.amazon.com/awscloudtrail/latest/userguide',
    licence: GUIDE,
    files: [{ match: /^(?:lake-queries-optimization|query-limitations)\.md$/, split: 'fences' }],
    called: EVENT_DATA_STORE,
    tables: LAKE,
  },
  {
    title: 'CloudTrail user guide as of 2023, Lake',
    folder: 'awsdocs/aws-cloudtrail-user-guide',
    licence: 'CC BY-SA 4.0, samples MIT-0',
    files: [{ match: /^doc_source\/query-(?:lake-examples|create-edit-query)\.md$/, split: 'fences' }],
    called: EVENT_DATA_STORE,
    tables: LAKE,
  },
];
