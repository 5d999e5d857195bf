import { cutText } from '../cut-text.ts';
import type { Alert } from './alert.ts';
import { alertSubject } from './alert-text.ts';
import type { Severity } from './rule-format.ts';

/**
 * An alert in the AWS Security Finding Format (Security Hub user guide, "AWS Security Finding Format (ASFF)"). A message of kind `more` is the
 * finding of its alert, updated: Security Hub goes by the id.
 */
export interface SecurityFinding {
  readonly SchemaVersion: '2018-10-08';
  readonly Id: string;
  readonly ProductArn: string;
  readonly GeneratorId: string;
  readonly AwsAccountId: string;
  readonly Types: string[];
  readonly CreatedAt: string;
  readonly UpdatedAt: string;
  readonly FirstObservedAt: string;
  readonly Severity: { readonly Label: 'INFORMATIONAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL' };
  readonly Title: string;
  readonly Description: string;
  readonly Remediation: { readonly Recommendation: { readonly Text: string } };
  readonly SourceUrl?: string;
  readonly ProductFields: Readonly<Record<string, string>>;
  readonly Resources: { readonly Type: string; readonly Id: string; readonly Region?: string }[];
  readonly RecordState: 'ACTIVE';
}

/** Where findings are imported: Security Hub takes those of a custom product from that product's own account only. */
export interface HubPlace {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

const LABELS = {
  informational: 'INFORMATIONAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  critical: 'CRITICAL',
} as const satisfies Record<Severity, string>;

/** `now`: milliseconds since 1970. */
export function securityFinding(alert: Alert, place: HubPlace, now: number): SecurityFinding {
  const { rule, event, group, links } = alert;
  const product = `arn:${place.partition}:securityhub:${place.region}:${place.account}:product/${place.account}/default`;
  const seen = `${group.events} event${group.events === 1 ? '' : 's'} from ${group.from} to ${group.until}`;
  return {
    SchemaVersion: '2018-10-08',
    Id: `trailseal/${alert.alertId.slice(0, 32)}`,
    ProductArn: product,
    GeneratorId: `trailseal/${rule.id}`,
    AwsAccountId: place.account,
    Types: ['Unusual Behaviors'],
    CreatedAt: new Date(Date.parse(event.eventTime)).toISOString(),
    UpdatedAt: new Date(now).toISOString(),
    FirstObservedAt: new Date(Date.parse(event.eventTime)).toISOString(),
    Severity: { Label: LABELS[rule.severity] },
    Title: cutText(alertSubject({ ...alert, kind: 'alert' }), 256),
    Description: cutText(`${alert.why} ${event.eventName} by ${event.principal}; ${seen}.`, 1024),
    Remediation: { Recommendation: { Text: cutText(alert.runbook, 512) } },
    ...(links.console !== '' && { SourceUrl: links.console }),
    ProductFields: productFields(alert),
    Resources: [
      { Type: 'AwsAccount', Id: cutText(`AWS::::Account:${event.account}`, 512), ...regionOf(event.region) },
    ],
    RecordState: 'ACTIVE',
  };
}

/** Security Hub takes none that can't be one. */
function regionOf(region: string): { readonly Region?: string } {
  return /^[a-z0-9-]{1,16}$/.test(region) ? { Region: region } : {};
}

function productFields({ rule, event, group, links }: Alert): Record<string, string> {
  const fields = {
    rule: rule.id,
    attack: rule.attack.join(', '),
    eventId: event.eventId,
    eventName: event.eventName,
    eventSource: event.eventSource,
    principal: event.principal,
    sourceIp: event.sourceIp ?? '',
    account: event.account,
    region: event.region,
    events: String(group.events),
    lookup: links.lookup,
  };
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value.trim() !== '')
      .map(([name, value]) => [`trailseal/${name}`, cutText(value, 1024)]),
  );
}
