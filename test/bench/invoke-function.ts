import { readFileSync, writeFileSync } from 'node:fs';

/**
 * A container of a function, as `npm run bench:functions` measures it: imports a handler, calls it, writes down what that took.
 * Compiled to JavaScript first, for stripping types would count as the function's own start.
 */

/** The argument: a file with this. */
export interface Job {
  /** URL of the module that exports `handler`. */
  readonly module: string;
  readonly memoryMB: number;
  readonly events: readonly unknown[];
  /** Where the `Measured` goes; the function's own log goes to stdout. */
  readonly answer: string;
}

export interface Measured {
  /** Milliseconds since the epoch. */
  readonly importedAt: number;
  readonly invocations: readonly {
    /** That the event loop had nothing to do. */
    readonly waitMs: number;
    /** Of all threads: garbage collection and compilation too. */
    readonly cpuMs: number;
    readonly endedAt: number;
    readonly answer: unknown;
  }[];
  /** Resident, of the whole process. */
  readonly peakMemoryMB: number;
}

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const job = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Job;
const { handler } = (await import(job.module)) as { readonly handler: Handler };
const importedAt = now();
const invocations: Measured['invocations'][number][] = [];
for (const [i, event] of job.events.entries()) {
  const context = {
    awsRequestId: `5f1c5b3e-0000-4000-8000-${String(i).padStart(12, '0')}`,
    functionName: 'bench',
    memoryLimitInMB: String(job.memoryMB),
    getRemainingTimeInMillis: () => 300_000,
  };
  const [loop, cpu] = [performance.eventLoopUtilization(), process.cpuUsage()];
  const answer = await handler(event, context);
  const [endedAt, { user, system }] = [now(), process.cpuUsage(cpu)];
  const { idle: waitMs } = performance.eventLoopUtilization(loop);
  invocations.push({ waitMs, cpuMs: (user + system) / 1000, endedAt, answer });
}
writeFileSync(
  job.answer,
  JSON.stringify({ importedAt, invocations, peakMemoryMB: peakMemoryMB() } satisfies Measured),
);

function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Linux counts a parent's memory in with a child's `maxRSS`; what it calls the high-water mark begins with the program. */
function peakMemoryMB(): number {
  try {
    const [, kB] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    if (kB !== undefined) return Number(kB) / 1024;
  } catch {
    // There is no /proc elsewhere.
  }
  return process.resourceUsage().maxRSS / 1024;
}
