import { attribute, capitalised, ref, type Fragment, type Resource, type Value } from './template.ts';

interface Watch {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: readonly (readonly [name: string, value: Value])[];
  readonly statistic: 'Sum' | 'Maximum';
  /** What is too much, or too little. No data is as good as nothing: too little, but never too much. */
  readonly alarmsAt: { readonly above: number } | { readonly below: number };
  /** Of how many periods, how many must be so. */
  readonly periods: readonly [bad: number, of: number];
  readonly periodSeconds?: number;
  readonly description: string;
}

const FIVE_MINUTES = 5 * 60;
const ONE_HOUR = 60 * 60;

/** A message that waited so long isn't waiting for its batch: something keeps the function from working. */
const TOO_OLD_SECONDS = ONE_HOUR;

/** What is wrong with any function of a queue: nothing here fires while retries may still mend it. */
export function queueAlarms(name: string, stage: string): Fragment['Resources'] {
  const prefix = capitalised(name);
  return {
    [`${prefix}DeadLettersAlarm`]: alarm(stage, `${name}-dead-letters`, {
      ...queueMetric(`${prefix}DeadLetters`, 'ApproximateNumberOfMessagesVisible'),
      alarmsAt: { above: 0 },
      periods: [1, 1],
      description: `Messages that ${name} gave up on. Its log says why; redrive them when that is mended.`,
    }),
    // One that failed is tried again and may be a hiccup of AWS's; one that goes on isn't.
    ...errorsAlarm(name, stage, { alarmsAt: { above: 0 }, periods: [2, 3] }),
    // What SQS counts as the oldest leaves out messages received three times or more: those that fail are the next alarm's.
    [`${prefix}AgeAlarm`]: alarm(stage, `${name}-age`, {
      ...queueMetric(`${prefix}Queue`, 'ApproximateAgeOfOldestMessage'),
      alarmsAt: { above: TOO_OLD_SECONDS },
      periods: [3, 3],
      description: `Messages of ${name} are not being taken for over an hour: it is throttled or off, or there are too many.`,
    }),
    [`${prefix}FailingAlarm`]: alarm(stage, `${name}-failing`, {
      ...counted(name, stage, 'DeliveriesFailed'),
      alarmsAt: { above: 0 },
      periods: [3, 3],
      description: `Deliveries to ${name} keep failing, and will be dead letters. Its log names each, and why.`,
    }),
  };
}

/** What is wrong with any function of a schedule that runs more than once an hour, and counts as `done` what it is there for. */
export function scheduleAlarms(
  name: string,
  stage: string,
  done: { readonly metric: string; readonly description: string },
): Fragment['Resources'] {
  return {
    // The next run makes up for one that failed, and there are two or three in any hour.
    ...errorsAlarm(name, stage, { alarmsAt: { above: 1 }, periods: [1, 1], periodSeconds: ONE_HOUR }),
    ...silence(name, stage, {
      ...counted(name, stage, done.metric),
      periods: [2, 2],
      description: done.description,
    }),
  };
}

/** That a function which always has something to do has had nothing for three hours. */
export function silenceAlarm(name: string, stage: string, description: string): Fragment['Resources'] {
  return silence(name, stage, { ...invocations(name, 'Invocations'), periods: [3, 3], description });
}

/** An alarm on a metric that the function itself counts. */
export function countedAlarm(
  service: string,
  stage: string,
  metric: string,
  description: string,
  when: Pick<Watch, 'periods' | 'periodSeconds'> = { periods: [1, 1] },
): Fragment['Resources'] {
  const name = metric.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
  return {
    [`${metric}Alarm`]: alarm(stage, name, {
      ...counted(service, stage, metric),
      alarmsAt: { above: 0 },
      ...when,
      description,
    }),
  };
}

/** That a rule selected an event, whether or not it was told of already. */
export function ruleAlarm(
  service: string,
  stage: string,
  rule: string,
  description: string,
): Fragment['Resources'] {
  const metric = counted(service, stage, 'RuleMatches');
  return {
    [alarmName(rule)]: alarm(stage, `rule-${rule}`, {
      ...metric,
      dimensions: [...metric.dimensions, ['rule', rule]],
      alarmsAt: { above: 0 },
      periods: [1, 1],
      description,
    }),
  };
}

/** In the template, which knows letters and digits only: `trail-stopped` → `RuleTrailStoppedAlarm`. */
export function alarmName(rule: string): string {
  return `Rule${rule.split(/[.-]/).map(capitalised).join('')}Alarm`;
}

function errorsAlarm(
  name: string,
  stage: string,
  when: Pick<Watch, 'alarmsAt' | 'periods' | 'periodSeconds'>,
): Fragment['Resources'] {
  return {
    [`${capitalised(name)}ErrorsAlarm`]: alarm(stage, `${name}-errors`, {
      ...invocations(name, 'Errors'),
      ...when,
      description: `Invocations of ${name} fail again and again: its log says why. A crash, a timeout or too little memory.`,
    }),
  };
}

/** Hours without any; no data is none. */
function silence(
  name: string,
  stage: string,
  watch: Watched & Pick<Watch, 'periods' | 'description'>,
): Fragment['Resources'] {
  return {
    [`${capitalised(name)}SilenceAlarm`]: alarm(stage, `${name}-silence`, {
      ...watch,
      alarmsAt: { below: 1 },
      periodSeconds: ONE_HOUR,
    }),
  };
}

type Watched = Pick<Watch, 'namespace' | 'metric' | 'dimensions' | 'statistic'>;

function counted(service: string, stage: string, metric: string): Watched {
  return {
    namespace: `Trailseal/${stage}`,
    metric,
    dimensions: [['service', service]],
    statistic: 'Sum',
  };
}

function invocations(name: string, metric: 'Errors' | 'Invocations'): Watched {
  return {
    namespace: 'AWS/Lambda',
    metric,
    dimensions: [['FunctionName', ref(`${capitalised(name)}LambdaFunction`)]],
    statistic: 'Sum',
  };
}

function queueMetric(queue: string, metric: string): Watched {
  return {
    namespace: 'AWS/SQS',
    metric,
    dimensions: [['QueueName', attribute(queue, 'QueueName')]],
    statistic: 'Maximum',
  };
}

function alarm(stage: string, name: string, watch: Watch): Resource {
  const limit =
    'above' in watch.alarmsAt
      ? {
          Threshold: watch.alarmsAt.above,
          ComparisonOperator: 'GreaterThanThreshold',
          TreatMissingData: 'notBreaching',
        }
      : {
          Threshold: watch.alarmsAt.below,
          ComparisonOperator: 'LessThanThreshold',
          TreatMissingData: 'breaching',
        };
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: `trailseal-${stage}-${name}`,
      AlarmDescription: watch.description,
      Namespace: watch.namespace,
      MetricName: watch.metric,
      Dimensions: watch.dimensions.map(([Name, Value]) => ({ Name, Value })),
      Statistic: watch.statistic,
      Period: watch.periodSeconds ?? FIVE_MINUTES,
      DatapointsToAlarm: watch.periods[0],
      EvaluationPeriods: watch.periods[1],
      ...limit,
      AlarmActions: [ref('AlarmTopic')],
    },
  };
}
