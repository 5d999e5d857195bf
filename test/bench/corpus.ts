import { gzipSync } from 'node:zlib';
import { gunzipLogFile } from '../../shared/core/gunzip.ts';
import { DEFAULT_LIMITS } from '../../shared/core/limits.ts';
import { findRecords } from '../../shared/core/records.ts';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../../shared/core/sample/sample-log-files.ts';

/**
 * Log files for benchmarks: the records of `trailseal sample`, made from a seed, in files of as many records as wanted. CloudTrail's own
 * hold 60 on a quiet account and some hundreds on a busy one; archives of whole days are larger.
 */

export interface CorpusFile {
  readonly key: string;
  readonly body: Uint8Array;
  readonly records: number;
  readonly rawBytes: number;
}

export interface CorpusOptions {
  readonly recordsPerFile: number;
  /** Of JSON, about. */
  readonly rawBytes: number;
  /** 1 for one account in one region; the sample's records are spread over as many of both as this says. */
  readonly accounts: number;
  readonly regions: number;
}

/** Lazy: no more than a file of each account and region is in memory. */
export function* corpus({
  recordsPerFile,
  rawBytes,
  accounts,
  regions,
}: CorpusOptions): Generator<CorpusFile> {
  const sample = {
    ...DEFAULT_SAMPLE_OPTIONS,
    accounts,
    regions,
    eventsPerHour: 20_000,
    doubledShare: 0,
    hours: 876_000,
  };
  const open = new Map<string, { records: string[]; files: number }>();
  for (const { key, body, folder } of sampleLogFiles(sample, { rawBytes })) {
    if (folder !== 'CloudTrail') continue;
    const stream = key.slice(0, key.lastIndexOf('/', key.lastIndexOf('/') - 9));
    const file = open.get(stream) ?? { records: [], files: 0 };
    open.set(stream, file);
    for (const record of recordsOf(body)) {
      file.records.push(record);
      if (file.records.length < recordsPerFile) continue;
      yield corpusFile(key, file.files, file.records);
      file.files += 1;
      file.records = [];
    }
  }
}

function recordsOf(body: Uint8Array): string[] {
  const text = Buffer.from(gunzipLogFile(body, DEFAULT_LIMITS.logFileBytes));
  return Array.from(findRecords(text, DEFAULT_LIMITS), ({ start, end }) => text.toString('utf8', start, end));
}

/** Named as the sample's file that its last record came from, with a number for what is random in such names. */
function corpusFile(key: string, number: number, records: readonly string[]): CorpusFile {
  const text = Buffer.from(`{"Records":[${records.join(',')}]}`);
  const name = key.replace(/_[A-Za-z0-9]{16}\.json\.gz$/, `_${String(number).padStart(16, '0')}.json.gz`);
  return { key: name, body: gzipSync(text), records: records.length, rawBytes: text.length };
}
