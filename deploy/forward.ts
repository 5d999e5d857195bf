import { join } from 'node:path';
import type { CompiledRule } from '../shared/core/rules/compiled-rule.ts';
import { countedAlarm, queueAlarms, ruleAlarm, scheduleAlarms } from './alarms.ts';
import { LISTS_THE_LAKE, USES_THE_KEY } from './lake-access.ts';
import { FROM_LOG_FILE_RULE } from './log-file-rule.ts';
import { READS_LOG_FILES } from './log-files.ts';
import { ParamValueError } from './params.ts';
import { queueWithDeadLetters } from './queue.ts';
import { roleAndLogs, takesMessages } from './role.ts';
import { deployedRules } from './rules-module.ts';
import { either, NOTHING, ref, sub, type Fragment, type Value } from './template.ts';

/** Sixty days: what was told of an event is known for ninety (deploy/lake-bucket.yml). */
const LONGEST_AGE_HOURS = 60 * 24;

/**
 * All that stands around the functions `forward` and `followup`: what feeds them, what they may do, and what tells that they can't. `rules`
 * names the folder of rules: those of the CIS benchmark have an alarm each, which is what the benchmark asks for.
 */
export async function forward(stage: string, rules: unknown, maxAgeHours: unknown): Promise<Fragment> {
  if (!/^[1-9]\d*$/.test(String(maxAgeHours)) || Number(maxAgeHours) > LONGEST_AGE_HOURS)
    throw new ParamValueError(
      'alertMaxAgeHours',
      `a whole number from 1 to ${LONGEST_AGE_HOURS}`,
      maxAgeHours,
    );
  const all = await deployedRules(join(import.meta.dirname, '..'), rules);
  return {
    Resources: {
      ...queueWithDeadLetters({
        name: 'forward',
        stage,
        timeout: 120,
        tries: 10,
        sender: FROM_LOG_FILE_RULE,
        undeliverable: FROM_LOG_FILE_RULE,
      }),
      ...roleAndLogs('forward', stage, [...READS_LOG_FILES, ...TELLS, takesMessages('forward')]),
      // That no log files come is for normalise's alarm, which hears of them from the same rule.
      ...queueAlarms('forward', stage),
      ...countedAlarm(
        'forward',
        stage,
        'RecordsUndecided',
        'A rule could not be held against a record, which goes over a limit. The log of forward names the rule, the log file and the limit.',
      ),
      ...roleAndLogs('followup', stage, TELLS),
      ...scheduleAlarms('followup', stage, {
        metric: 'FollowUpRuns',
        description:
          'For two hours nobody looked after alerts: those that could not be sent still wait. The log of followup says why.',
      }),
      ...countedAlarm(
        'followup',
        stage,
        'AlertsUnsent',
        'Alerts could not be sent, again and again. They are kept in alerts/ in the lake; the log of followup says what refused them.',
        { periods: [3, 3] },
      ),
      ...countedAlarm(
        'followup',
        stage,
        'GroupsFailed',
        'Some alerts can not be looked after, again and again. The log of followup says which, and why.',
        { periods: [3, 3] },
      ),
      ...countedAlarm(
        'followup',
        stage,
        'FollowUpBehind',
        'For half an hour followup has not come through all alerts: there are more than it has time for.',
        { periods: [6, 6] },
      ),
      ...cisAlarms(stage, all),
    },
  };
}

function cisAlarms(stage: string, rules: readonly CompiledRule[]): Fragment['Resources'] {
  const cis = rules.filter(({ definition }) => definition.cis.length > 0);
  return Object.assign(
    {},
    ...cis.map(({ definition: { id, title, cis: numbers } }) =>
      ruleAlarm(
        'forward',
        stage,
        id,
        `CIS ${numbers.join(', ')}: ${title}. The alerts topic says who and what.`,
      ),
    ),
  ) as Fragment['Resources'];
}

/** What both functions do: keep alerts, send them, and remember that. */
const TELLS: readonly Value[] = [
  {
    Sid: 'KeepsAlerts',
    Effect: 'Allow',
    Action: ['s3:PutObject', 's3:GetObject'],
    Resource: sub('${LakeBucket.Arn}/alerts/*'),
  },
  LISTS_THE_LAKE,
  {
    Sid: 'TellsOfAlerts',
    Effect: 'Allow',
    Action: 'sns:Publish',
    Resource: ref('AlertsTopic'),
  },
  either(
    'HasAlertEventBus',
    {
      Sid: 'PutsAlertsOnTheBus',
      Effect: 'Allow',
      Action: 'events:PutEvents',
      Resource: ref('AlertEventBusArn'),
    },
    NOTHING,
  ),
  either(
    'UsesSecurityHub',
    {
      Sid: 'ImportsFindings',
      Effect: 'Allow',
      Action: 'securityhub:BatchImportFindings',
      // The account's own product: what Security Hub takes findings of one's own under.
      Resource: sub(
        'arn:${AWS::Partition}:securityhub:${AWS::Region}:${AWS::AccountId}:product/${AWS::AccountId}/default',
      ),
    },
    NOTHING,
  ),
  USES_THE_KEY,
];
