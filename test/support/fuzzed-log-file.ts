import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { DEFAULT_SAMPLE_OPTIONS, sampleLogFiles } from '../../shared/core/sample/sample-log-files.ts';
import type { LogFile } from '../oracle/reference-parts.ts';
import { LOG_FILE } from './rows-of-text.ts';

/** Log files that nobody would write: those of `test/fixtures/fuzz-corpus`, cut, spliced and changed. From a seed, so that any can be had again. */

const CORPUS = new URL('../fixtures/fuzz-corpus/', import.meta.url);

export function fuzzCorpus(): Uint8Array[] {
  return readdirSync(CORPUS)
    .toSorted()
    .map((name) => readFileSync(new URL(name, CORPUS)));
}

/** What a scanner, a decoder or a rule may trip over. */
const TOKENS =
  `" \\ { } [ ] , : null true -0 1e5 "x" {} [] \\u0041 \\ud83d \\ude00 \\" \\\\ \\x é 😀 \ufeff \u0000 \u001f \u007f
  "eventTime":"2026-11-21T10:20:31Z", "eventName":"A", "resources":[{}], "Records":[ {"x":1}, "userIdentity":{"arn":"a"},
  "sessionContext":{}, "timeWindow":{}, "detail-type":1, "a":"a":"a":"a":`
    .split(/[ \n]+/)
    .concat(' ', '\n', '\f', '\v')
    .map((text) => Buffer.from(text));

const SAMPLE_RECORDS = 2000;

function sampleRecords(seed: string): Uint8Array[] {
  const records: Uint8Array[] = [];
  for (const { body } of sampleLogFiles({ ...DEFAULT_SAMPLE_OPTIONS, seed })) {
    const text = gunzipSync(body).toString();
    if (!text.startsWith('{"Records":[')) continue;
    const { Records: found } = JSON.parse(text) as { readonly Records: readonly unknown[] };
    records.push(...found.map((record) => Buffer.from(JSON.stringify(record))));
    if (records.length >= SAMPLE_RECORDS) break;
  }
  return records;
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(bytes).toString());
    return true;
  } catch {
    return false;
  }
}

export class LogFileFuzzer {
  readonly #corpus: readonly Uint8Array[];
  #state: number;
  #records: readonly Uint8Array[] | undefined;

  constructor(seed: number, corpus = fuzzCorpus()) {
    this.#corpus = corpus;
    this.#state = seed >>> 0;
  }

  next(): LogFile {
    let text = this.#pick(this.#corpus);
    for (let changes = this.#below(6); changes > 0; changes -= 1) text = this.#changed(text);
    if (this.#below(4) > 0) return { key: LOG_FILE, stored: text };
    const stored = gzipSync(text, { level: 1 });
    return { key: LOG_FILE, stored: this.#below(4) > 0 ? stored : this.#changed(stored) };
  }

  /** Some hundred records of the sample, of which one in three is changed in a way that leaves it JSON. */
  ofMany(): LogFile {
    this.#records ??= sampleRecords(String(this.#below(1e9)));
    const records: Uint8Array[] = [];
    for (let count = 200 + this.#below(100); count > 0; count -= 1) {
      const record = this.#pick(this.#records);
      const changed = this.#below(3) === 0 ? this.#changed(record) : record;
      records.push(isJson(changed) ? changed : record);
    }
    const text = records.flatMap((record, i) => [Buffer.from(i === 0 ? '' : ','), record]);
    return {
      key: LOG_FILE,
      stored: Buffer.concat([Buffer.from('{"Records":['), ...text, Buffer.from(']}')]),
    };
  }

  #changed(bytes: Uint8Array): Uint8Array {
    const at = this.#below(bytes.length + 1);
    const end = Math.min(bytes.length, at + 1 + this.#below(this.#below(4) === 0 ? bytes.length : 40));
    const [before, piece, after] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)];
    switch (this.#below(7)) {
      case 0:
        return Buffer.concat([before, after]);
      case 1:
        return Buffer.concat([before, piece, piece, after]);
      case 2:
        return before;
      case 3:
        return Buffer.concat([before, this.#slice(), after]);
      case 4:
        return Buffer.concat([before, Buffer.from([this.#below(256)]), bytes.subarray(at + 1)]);
      default:
        return Buffer.concat([before, this.#pick(TOKENS), bytes.subarray(at)]);
    }
  }

  /** Of another log file. */
  #slice(): Uint8Array {
    const other = this.#pick(this.#corpus);
    const start = this.#below(other.length + 1);
    return other.subarray(start, start + this.#below(400));
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#below(from.length)] as T;
  }

  /** Mulberry32. */
  #below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  }
}
