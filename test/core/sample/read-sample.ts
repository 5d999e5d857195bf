import { gunzipSync } from 'node:zlib';
import {
  DEFAULT_SAMPLE_OPTIONS,
  sampleLogFiles,
  type SampleFile,
  type SampleOptions,
} from '../../../shared/core/sample/sample-log-files.ts';

/** What tests look at in a record; anything else stays in the text. */
export interface SampleEvent {
  readonly eventID?: string;
  readonly eventTime?: string;
  readonly eventSource: string;
  readonly eventName?: string;
  readonly eventCategory: string;
  readonly eventVersion: string;
  readonly awsRegion: string;
  readonly sourceIPAddress?: string;
  readonly userAgent?: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly readOnly?: boolean;
  readonly sharedEventID?: string;
  readonly requestParameters?: Readonly<Record<string, unknown>> | null;
  readonly responseElements?: Readonly<Record<string, unknown>> | null;
  readonly additionalEventData?: Readonly<Record<string, unknown>>;
  readonly userIdentity?: {
    readonly type: string;
    readonly accessKeyId?: string;
    readonly userName?: string;
  };
}

export interface ReadFile extends SampleFile {
  readonly text: string;
  readonly events: readonly SampleEvent[];
}

export function sample(options: Partial<SampleOptions> = {}): SampleFile[] {
  return [...sampleLogFiles({ ...DEFAULT_SAMPLE_OPTIONS, ...options })];
}

export function read(file: SampleFile): ReadFile {
  const text = gunzipSync(file.body).toString('utf8');
  const { Records: events = [] } = JSON.parse(text) as { Records?: SampleEvent[] };
  return { ...file, text, events };
}

/** The delivery time that a log file's name gives, in milliseconds since 1970. */
export function deliveredAt(key: string): number {
  const [, y, mo, d, h, m] = /_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(?:\d\d)?Z/.exec(key) ?? [];
  return Date.parse(`${y}-${mo}-${d}T${h}:${m}:00Z`);
}
