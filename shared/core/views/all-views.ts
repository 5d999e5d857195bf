import { BY_DAY } from './by-day.ts';
import { CLOUDTRAIL_LAKE, CLOUDTRAIL_LAKE_TEXT } from './cloudtrail-lake.ts';
import { OCSF_ACCOUNT_CHANGE } from './ocsf-account-change.ts';
import { OCSF_API_ACTIVITY } from './ocsf-api-activity.ts';
import { OCSF_AUTHENTICATION } from './ocsf-authentication.ts';
import type { View } from './view.ts';

/** The views over `cloudtrail_logs` that every lake has, on a laptop and in Athena. */
export const ALL_VIEWS: readonly View[] = [
  BY_DAY,
  CLOUDTRAIL_LAKE,
  CLOUDTRAIL_LAKE_TEXT,
  OCSF_API_ACTIVITY,
  OCSF_AUTHENTICATION,
  OCSF_ACCOUNT_CHANGE,
];
