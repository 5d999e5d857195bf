/** From a log file's bytes to its records, whichever of the known containers holds them. */

import { gunzipSync } from 'node:zlib';
import { memberOf, parseWithSource, type JsonNode } from './json-source.ts';

/**
 * Every record in order, with its own text: `{"Records":[…]}`, a bare array, NDJSON or a single object, gzipped or
 * not; of an EventBridge event, its `detail`. Throws where the bytes are not well formed.
 */
export function recordsOfLogFile(bytes: Uint8Array): JsonNode[] {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  const text = new TextDecoder('utf-8', { fatal: true }).decode(plain);
  return documentsOf(text)
    .flatMap(recordsOfDocument)
    .map((record) => eventBridgeDetail(record) ?? record);
}

/** One JSON value, however it is laid out; or else one on every line that is not blank. */
function documentsOf(text: string): JsonNode[] {
  try {
    return [parseWithSource(text)];
  } catch {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    return lines.map(parseWithSource);
  }
}

function recordsOfDocument(document: JsonNode): readonly JsonNode[] {
  if (document.kind === 'array') return document.elements;
  const records = memberOf(document, 'Records');
  return records?.kind === 'array' ? records.elements : [document];
}

function eventBridgeDetail(record: JsonNode): JsonNode | undefined {
  const detail = memberOf(record, 'detail');
  return memberOf(record, 'detail-type') && detail?.kind === 'object' ? detail : undefined;
}
