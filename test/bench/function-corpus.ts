import { gunzipSync, gzipSync } from 'node:zlib';
import { classifyKey, streamOf } from '../../shared/core/log-file-key.ts';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../../shared/core/sample/sample-log-files.ts';

export interface CorpusFile {
  readonly key: string;
  readonly body: Uint8Array;
  readonly records: number;
  readonly textBytes: number;
}

export const SEED = DEFAULT_SAMPLE_OPTIONS.seed;

/**
 * Log files of the sample organisation, in the order of delivery, those of one stream put together until a file has `records` or more:
 * the sample's own are of all sizes, most of them small.
 */
export function* corpusFiles(records: number): Generator<CorpusFile> {
  const open = new Map<string, { texts: string[]; records: number }>();
  for (const file of sampleLogFiles({ ...DEFAULT_SAMPLE_OPTIONS, eventsPerHour: 100_000, hours: 100_000 })) {
    if (!classifyKey(file.key).take) continue;
    const stream = streamOf(file.key);
    const gathered = open.get(stream) ?? { texts: [], records: 0 };
    open.set(stream, gathered);
    gathered.texts.push(recordsText(file.body));
    gathered.records += file.records;
    if (gathered.records < records) continue;
    open.delete(stream);
    yield fileOf(file.key, gathered.texts, gathered.records);
  }
}

/** One log file of so much text. After 32 MB its records repeat: too far apart for gzip to notice. */
export function largeFile(textBytes: number, day: number): CorpusFile {
  const texts: string[] = [];
  let [records, length] = [0, 0];
  const distinct = distinctTexts();
  while (length < textBytes) {
    for (const { text, records: some } of distinct) {
      if (length + text.length + 20 > textBytes) return fileOf(keyOf(day, 'us-east-1'), texts, records);
      texts.push(text);
      length += text.length + 1;
      records += some;
    }
  }
  return fileOf(keyOf(day, 'us-east-1'), texts, records);
}

/** A log file of so much text whose records repeat until gzip makes a 55th of it: not a bomb yet, and far larger than its size says. */
export function squeezedFile(textBytes: number, region: string): CorpusFile {
  const texts: string[] = [];
  let [records, length] = [0, 0];
  for (const { text, records: some } of distinctTexts()) {
    if (length > textBytes) break;
    const last = text.slice(text.lastIndexOf('{"eventVersion"'));
    const times = Math.max(0, Math.ceil((55 * gzipSync(text).length - text.length) / last.length));
    const repeated = [text, ...Array.from({ length: times }, () => last)].join(',');
    texts.push(repeated);
    length += repeated.length + 1;
    records += some + times;
  }
  return fileOf(keyOf(1, region), texts, records);
}

const DISTINCT_BYTES = 32e6;
let distinctOnce: { text: string; records: number }[] | undefined;

function distinctTexts(): { text: string; records: number }[] {
  if (distinctOnce !== undefined) return distinctOnce;
  distinctOnce = [];
  let length = 0;
  for (const { body, records } of corpusFiles(50)) {
    const text = recordsText(body);
    distinctOnce.push({ text, records });
    length += text.length;
    if (length > DISTINCT_BYTES) break;
  }
  return distinctOnce;
}

function keyOf(day: number, region: string): string {
  const date = String(day).padStart(2, '0');
  const name = `111122223333_CloudTrail_${region}_202611${date}T0000Z_AAAAAAAAAAAAAAAA.json.gz`;
  return `AWSLogs/111122223333/CloudTrail/${region}/2026/11/${date}/${name}`;
}

/** What stands between the brackets. */
function recordsText(body: Uint8Array): string {
  const text = gunzipSync(body).toString('utf8');
  return text.slice(text.indexOf('[') + 1, text.lastIndexOf(']'));
}

function fileOf(key: string, texts: readonly string[], records: number): CorpusFile {
  const text = Buffer.from(`{"Records":[${texts.filter((one) => one !== '').join(',')}]}`);
  return { key, body: gzipSync(text), records, textBytes: text.length };
}
