import { API_ACTIVITY } from './ocsf-class.ts';
import { eventsOf, ocsfColumns } from './ocsf-common.ts';
import { anyKnown, row, varchar, when, type Expression, type View } from './view.ts';

const RESOURCE = row({
  uid: varchar('r.arn'),
  owner: when(anyKnown('r.accountid'), row({ account: row({ uid: varchar('r.accountid') }) })),
  type: varchar('r.type'),
});

/** A resource without an ARN has neither a name nor a uid, one of which OCSF wants. */
const RESOURCES: Expression = {
  sql: `transform(filter(resources, r -> r.arn IS NOT NULL), r -> ${RESOURCE.sql})`,
  type: { array: RESOURCE.type },
};

export const OCSF_API_ACTIVITY: View = {
  name: 'ocsf_api_activity',
  description: 'OCSF API Activity (6003): every event that is in neither of the other two classes',
  columns: ocsfColumns(API_ACTIVITY, { resources: RESOURCES }),
  from: eventsOf(API_ACTIVITY),
};
