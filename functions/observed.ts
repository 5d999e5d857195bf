import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
// oxlint-disable-next-line import/no-named-as-default -- its types know the default export alone.
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { asError } from '../shared/core/as-error.ts';

const logger = new Logger();
// What it warns of is structured, too.
const metrics = new Metrics({ logger });

/** A handler whose log lines name the invocation, and whose counts reach CloudWatch even when it throws. */
export function observed<Answer>(
  handle: (event: unknown, context: Context) => Promise<Answer>,
): typeof handle {
  return middy<unknown, Answer>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use(logMetrics(metrics, { captureColdStartMetric: true }))
    .handler(async (event, context) => {
      logger.setCorrelationId(context.awsRequestId);
      return await handle(event, context);
    });
}

/** Adds to the invocation's metrics and tells them in one line of the log. */
export function count(what: string, counts: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(counts)) {
    metrics.addMetric(name, name.endsWith('Bytes') ? MetricUnit.Bytes : MetricUnit.Count, value);
  }
  logger.info(what, { counts });
}

/** Metrics of one thing among many, such as a rule, in a dimension of that name; not in the log, which has their sum. */
export function countOf(dimension: string, value: string, counts: Readonly<Record<string, number>>): void {
  const own = new Metrics({ logger });
  own.addDimension(dimension, value);
  for (const [name, number] of Object.entries(counts)) own.addMetric(name, MetricUnit.Count, number);
  own.publishStoredMetrics();
}

/** Tells of a failure by its name, code and message: what an error holds besides may be a record's contents. */
export function reportFailure(what: string, subject: Readonly<Record<string, string>>, error: unknown): void {
  const { name, message, cause } = asError(error);
  const code = error instanceof Error && 'code' in error ? { code: String(error.code) } : {};
  logger.error(what, { ...subject, failure: { name, ...code, message, ...causeOf(cause) } });
}

/** What the service itself called it: an error's name, or the code before the colon. */
function causeOf(cause: unknown): { readonly cause?: string } {
  if (cause instanceof Error) return { cause: cause.name };
  return typeof cause === 'string' ? { cause: cause.split(':', 1).join('') } : {};
}
