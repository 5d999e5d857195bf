import { attribute, capitalised, ref, type Fragment, type Resource, type Value } from './template.ts';

interface Watch {
  readonly namespace: string;
  readonly metric: string;
  readonly dimension: readonly [name: string, value: Value];
  readonly statistic: 'Sum' | 'Maximum';
  /** Alarm above this. */
  readonly above: number;
  /** Of how many periods of five minutes, how many must be above. */
  readonly periods: readonly [bad: number, of: number];
  readonly description: string;
}

/** A message that waited so long isn't waiting for its batch: something keeps the function from working. */
const TOO_OLD_SECONDS = 60 * 60;

/** What is wrong with any function of a queue: nothing here fires while retries may still mend it. */
export function functionAlarms(name: string, stage: string): Fragment['Resources'] {
  const prefix = capitalised(name);
  return {
    [`${prefix}DeadLettersAlarm`]: alarm(stage, `${name}-dead-letters`, {
      ...queueMetric(`${prefix}DeadLetters`, 'ApproximateNumberOfMessagesVisible'),
      above: 0,
      periods: [1, 1],
      description: `Messages that ${name} gave up on. Its log says why; redrive them when that is mended.`,
    }),
    [`${prefix}ErrorsAlarm`]: alarm(stage, `${name}-errors`, {
      namespace: 'AWS/Lambda',
      metric: 'Errors',
      dimension: ['FunctionName', ref(`${prefix}LambdaFunction`)],
      statistic: 'Sum',
      above: 0,
      // One that failed is tried again and may be a hiccup of AWS's; one that goes on isn't.
      periods: [2, 3],
      description: `Invocations of ${name} fail again and again: a crash, a timeout or too little memory.`,
    }),
    [`${prefix}AgeAlarm`]: alarm(stage, `${name}-age`, {
      ...queueMetric(`${prefix}Queue`, 'ApproximateAgeOfOldestMessage'),
      above: TOO_OLD_SECONDS,
      periods: [3, 3],
      description: `A message of ${name} has been waiting for over an hour: it fails each time, or there are too many.`,
    }),
  };
}

/** An alarm on a metric that the function itself counts. */
export function countedAlarm(
  service: string,
  stage: string,
  metric: string,
  description: string,
): Fragment['Resources'] {
  const name = metric.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
  return {
    [`${metric}Alarm`]: alarm(stage, name, {
      namespace: `Trailseal/${stage}`,
      metric,
      dimension: ['service', service],
      statistic: 'Sum',
      above: 0,
      periods: [1, 1],
      description,
    }),
  };
}

function queueMetric(
  queue: string,
  metric: string,
): Pick<Watch, 'namespace' | 'metric' | 'dimension' | 'statistic'> {
  return {
    namespace: 'AWS/SQS',
    metric,
    dimension: ['QueueName', attribute(queue, 'QueueName')],
    statistic: 'Maximum',
  };
}

function alarm(stage: string, name: string, watch: Watch): Resource {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: `trailseal-${stage}-${name}`,
      AlarmDescription: watch.description,
      Namespace: watch.namespace,
      MetricName: watch.metric,
      Dimensions: [{ Name: watch.dimension[0], Value: watch.dimension[1] }],
      Statistic: watch.statistic,
      Period: 300,
      DatapointsToAlarm: watch.periods[0],
      EvaluationPeriods: watch.periods[1],
      Threshold: watch.above,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [ref('AlarmTopic')],
    },
  };
}
