/**
 * What verification found. Closed: a test makes each of them, and the documentation says what to do. A finding is a result; a store that
 * can't be read is an error, and never a finding.
 */
export type FindingCode =
  | 'digest-unreadable'
  | 'digest-moved'
  | 'digest-signature-missing'
  | 'digest-signature-invalid'
  | 'digest-key-unknown'
  | 'digest-key-not-valid-then'
  | 'digest-link-broken'
  | 'digest-missing'
  | 'digest-hours-skipped'
  | 'digest-chain-restarted'
  | 'digest-too-old'
  | 'log-file-missing'
  | 'log-file-changed'
  | 'log-file-unreadable'
  | 'log-file-foreign'
  | 'log-file-in-no-digest';

/** `alarm`: evidence was changed, removed or forged, or it can't be ruled out. `notice`: it could not be checked. */
export type Severity = 'alarm' | 'notice';

export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** Key of the object that it is about. */
  readonly subject: string;
  /** What was seen, and what was expected. */
  readonly evidence: string;
}

/** An alarm, unless it is said to be less. */
export function finding(
  code: FindingCode,
  subject: string,
  evidence: string,
  severity: Severity = 'alarm',
): Finding {
  return { code, severity, subject, evidence };
}

/** What to do about each. */
export const ADVICE: Readonly<Record<FindingCode, string>> = {
  'digest-unreadable':
    'Get an earlier version of the object, or a backup: something overwrote or truncated it.',
  'digest-moved':
    'A digest belongs at the one place that it names and that was signed; find out who copied it here.',
  'digest-signature-missing':
    'In a bucket: somebody put the object anew. In a folder, which holds no metadata: no later digest vouches for it; verify it in the bucket.',
  'digest-signature-invalid': 'The digest, or its signature, was changed after CloudTrail wrote it.',
  'digest-key-unknown':
    'Add the public keys of the digest’s region and time (aws cloudtrail list-public-keys --start-time …); if it is not among them, CloudTrail did not sign it.',
  'digest-key-not-valid-then':
    'CloudTrail signs with the key of the time; one signed outside of it was not signed then.',
  'digest-link-broken':
    'One of two neighbouring digests was replaced; the one whose signature is valid and that others name is the true one.',
  'digest-missing':
    'A digest that a later one names is gone: look for deleted versions, and for DeleteObject in the data events.',
  'digest-hours-skipped': 'Hours without a digest: CloudTrail writes one even for an hour without events.',
  'digest-chain-restarted':
    'Legitimate only where logging was stopped and started then: look for StopLogging and StartLogging.',
  'digest-too-old':
    'The newest digests are missing, or the trail has stopped: see its status, and look for deleted versions.',
  'log-file-missing':
    'A log file that CloudTrail delivered is gone: look for deleted versions, and for DeleteObject in the data events.',
  'log-file-changed': 'Its contents are not what CloudTrail delivered: get the earlier version.',
  'log-file-unreadable': 'Bytes were added to it, or it was truncated: get the earlier version.',
  'log-file-foreign':
    'A digest names log files of its own account, region and bucket; this one was made by somebody else.',
  'log-file-in-no-digest': 'No digest vouches for it: it was added by somebody else, or its digest is gone.',
};
