/** What publications other than Athena's guide call the table of CloudTrail's events. */
export const PUBLISHED_TABLES = [
  'cloudtrail_logs_pp',
  'cloudtrail_table',
  'cloudtrail_table_partitioned',
  'cloudtrail_000000000000',
  'cloudtrail',
  'cloudtrail_logs_production_cerpac_cloudtrail_logs',
  'irworkshopgluetablecloudtrail',
];
