import * as z from 'zod';

/**
 * A rule as its file in `rules/` holds it (YAML or JSON; docs/rules.md). `rules/rule.schema.json` is made from this, so that editors
 * complete and check.
 */

export const SEVERITIES = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

const NAME = z.string().trim().min(1).max(200);
const TEXT = z.string().trim().min(1).max(4000);
const FIELD = z
  .string()
  .regex(/^[A-Za-z][\w-]*(\.[\w:/-]+)*$/, 'a field of the record, such as userIdentity.arn')
  .describe('A field of the record, such as userIdentity.arn');

/** Whole minutes, hours or a day; a day is a whole number of windows, so that one starts at midnight UTC. */
const WINDOW = z
  .string()
  .regex(/^(?:[1-9]\d?m|[1-9]\d?h)$/, 'minutes or hours, such as 15m, 1h or 24h')
  .refine((text) => 1440 % windowMinutes(text) === 0, 'a day is not a whole number of such windows')
  .describe(
    'How long events of one group are one alert: 5m, 15m, 1h, 6h, 24h (a whole number of times a day)',
  );

const PATTERN = z
  .record(z.string(), z.unknown())
  .refine((pattern) => !('detail' in pattern), {
    error:
      'a rule’s pattern is over the record, which EventBridge puts under "detail": give what stands there',
  })
  .describe('An EventBridge event pattern over the CloudTrail record (what EventBridge puts under "detail")');

const EVENT = z.record(z.string(), z.unknown());

const CASE = z.strictObject({
  name: NAME.describe('What is special about this event'),
  event: EVENT.describe('A CloudTrail record, or the part of it that matters'),
});

const SUPPRESSION = z.strictObject({
  reason: TEXT.describe('Why these events are no alert, and who said so'),
  until: z.iso.date().describe('The last day it holds (UTC): suppressions end'),
  pattern: PATTERN,
});

const GROUP = z.strictObject({
  by: z.array(FIELD).max(8).describe('Events with the same values in these fields are one alert a window'),
  window: WINDOW,
  most: z
    .int()
    .min(1)
    .max(1000)
    .default(20)
    .describe('So many groups of a window are told of one by one; all further ones together'),
});

const THRESHOLD = z.strictObject({
  events: z.int().min(2).max(10_000).describe('It takes so many events of a group in one window to alert'),
  distinct: FIELD.optional().describe('Counts the different values of this field, not the events'),
});

const METADATA = {
  $schema: z.string().optional(),
  id: z
    .string()
    .regex(/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/, 'lower-case letters, digits, hyphens and dots')
    .max(64)
    .describe(
      "The rule's name for ever: alerts, metrics and suppressions go by it. The file has the same name.",
    ),
  title: NAME.max(100),
  severity: z.enum(SEVERITIES),
  attack: z
    .array(z.string().regex(/^T\d{4}(?:\.\d{3})?$/, 'an ATT&CK technique, such as T1078.004'))
    .default([])
    .describe('ATT&CK techniques'),
  cis: z
    .array(z.string().regex(/^4\.\d{1,2}$/))
    .default([])
    .describe('Recommendations of the CIS AWS Foundations Benchmark that this rule fulfils'),
  owner: NAME.describe('Who looks after the rule'),
  why: TEXT.describe('Why such an event matters, in a sentence or two'),
  runbook: TEXT.describe('What to do about an alert: steps, or a link'),
  falsePositives: z.array(TEXT.max(500)).min(1).max(12).describe('What sets it off that is no incident'),
  group: GROUP.default({ by: ['recipientAccountId', 'userIdentity.arn'], window: '1h', most: 20 }),
  threshold: THRESHOLD.optional(),
  suppressions: z.array(SUPPRESSION).default([]),
  cases: z
    .strictObject({
      matches: z.array(CASE).default([]),
      ignores: z.array(CASE).default([]),
      malformed: z
        .array(CASE)
        .default([])
        .describe('Records with fields of the wrong kind: the rule must come to the verdict "no match"'),
    })
    .default({ matches: [], ignores: [], malformed: [] })
    .describe('Events that the rule is tested with (trailseal rules check)'),
} as const;

export const RULE = z
  .strictObject({
    ...METADATA,
    pattern: PATTERN.optional(),
    sigma: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('A Sigma rule, as its file has it; in a file also the path of that file'),
    placeholders: z
      .record(z.string(), z.array(z.string()).min(1))
      .optional()
      .describe('What the placeholders of a Sigma rule (%name%, with the modifier expand) stand for'),
  })
  .refine(({ pattern, sigma }) => (pattern === undefined) !== (sigma === undefined), {
    error: 'a rule selects by a pattern or by a Sigma rule: it needs one of the two',
  });

export type RuleDefinition = z.infer<typeof RULE>;

/** Of `15m` or `24h`. */
export function windowMinutes(text: string): number {
  const count = Number.parseInt(text, 10);
  return text.endsWith('h') ? count * 60 : count;
}
