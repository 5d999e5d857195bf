import type { ApiCall } from './api-calls.ts';
import type { CallError } from './call-errors.ts';
import type { Account } from './organisation.ts';
import { isoTime } from '../iso-time.ts';
import type { Random } from './random.ts';
import type { Issued } from './draw.ts';

/** Who makes calls, as the records show it. */
export interface Actor {
  /** JSON of `userIdentity`. */
  readonly identity: string;
  readonly arn: string;
  readonly ip: string;
  readonly agent: string;
  /** Through the console, with the credentials of its sign-in. */
  readonly console?: boolean;
  /** An AWS service on somebody's behalf: no TLS details then. */
  readonly viaService?: boolean;
  /** Through this VPC endpoint. */
  readonly endpoint?: string;
}

export interface Occurrence {
  readonly call: ApiCall;
  readonly actor: Actor;
  readonly account: Account;
  readonly region: string;
  readonly time: number;
  readonly issued: Issued;
  readonly error?: CallError | undefined;
  /** The same event as another account sees it has the same one. */
  readonly sharedEventId?: string | undefined;
  /** Placeholders whose value is settled beforehand. */
  readonly settled?: Readonly<Record<string, string>>;
  /** In place of the call's own. */
  readonly response?: string;
  readonly additional?: string;
}

/** One record as minified JSON, fields in CloudTrail's order. Built as text, because that is most of the generator's work. */
export function recordText(random: Random, occurrence: Occurrence): string {
  const { call, actor, account, region, time, error } = occurrence;
  const draw = {
    random,
    account,
    region,
    time,
    issued: occurrence.issued,
    arn: actor.arn,
    action: `${call.service}:${call.name}`,
    values: new Map<string, string>(Object.entries(occurrence.settled ?? {})),
  };
  const request = call.request(draw);
  const failed = error === undefined ? '' : error(draw);
  const response = occurrence.response ?? (error === undefined ? call.response(draw) : 'null');
  const additional = occurrence.additional ?? call.additional(draw);
  const requestId = call.shortRequestId ? random.hex(16).toUpperCase() : random.uuid();
  const shared =
    occurrence.sharedEventId === undefined ? '' : `"sharedEventID":"${occurrence.sharedEventId}",`;
  const endpoint =
    actor.endpoint === undefined
      ? ''
      : `"vpcEndpointId":"${actor.endpoint}","vpcEndpointAccountId":"${account.id}",`;
  const tls =
    actor.viaService === true
      ? ''
      : `,"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"${call.host(draw)}"}`;
  const console = actor.console === true ? ',"sessionCredentialFromConsole":"true"' : '';
  return (
    `{"eventVersion":"${call.eventVersion}","userIdentity":${actor.identity},"eventTime":"${isoTime(time)}",` +
    `"eventSource":"${call.service}.amazonaws.com","eventName":"${call.name}","awsRegion":"${region}",` +
    `"sourceIPAddress":"${actor.ip}","userAgent":"${actor.agent}",${failed}` +
    `"requestParameters":${request},"responseElements":${response},${additional}` +
    `"requestID":"${requestId}","eventID":"${random.uuid()}","readOnly":${call.readOnly},${call.resources(draw)}` +
    `${call.afterResources}"recipientAccountId":"${account.id}",${shared}${endpoint}` +
    `"eventCategory":"${call.data ? 'Data' : 'Management'}"${tls}${console}}`
  );
}
