/**
 * What verification found. Closed: a test makes each of them, and the documentation says what to do. A finding is a result; a store that
 * can't be read is an error, and never a finding.
 */
export const FINDING_CODES = [
  'digest-unreadable',
  'digest-moved',
  'digest-signature-missing',
  'digest-signature-invalid',
  'digest-key-unknown',
  'digest-key-not-valid-then',
  'digest-link-broken',
  'digest-missing',
  'digest-hours-skipped',
  'digest-chain-restarted',
  'digest-too-old',
  'log-file-missing',
  'log-file-changed',
  'log-file-unreadable',
  'log-file-foreign',
  'log-file-in-no-digest',
  'log-file-not-processed',
  'log-file-never-delivered',
  'receipts-contradict-digest',
  'receipts-contradict-log-files',
  'receipts-missing',
  'receipts-changed',
  'receipts-unreadable',
  'receipts-not-sealed',
  'seal-contradicts-receipts',
  'plan-changed',
  'lake-object-missing',
  'lake-object-changed',
  'lake-object-unknown',
  'batch-not-recomputed',
  'compaction-contradicts-receipts',
  'compaction-contradicts-rows',
  'compaction-not-recomputed',
  'sign-file-unreadable',
  'sign-file-key-unknown',
  'sign-file-key-not-valid-then',
  'sign-file-signature-invalid',
  'result-file-missing',
  'result-file-changed',
  'result-file-unreadable',
  'result-file-unsigned',
] as const;

export type FindingCode = (typeof FINDING_CODES)[number];

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
    'A digest that should be there is gone: look for deleted versions, and for DeleteObject in the data events. A lake that was never sealed has none: trailseal seal.',
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
  'log-file-not-processed':
    'CloudTrail delivered it, and the lake hasn’t got it: look at the dead letters of normalise, then run trailseal backfill for its day.',
  'log-file-never-delivered':
    'The lake has rows of a log file that CloudTrail’s digests don’t know: find out who put it into the bucket, and who removed it.',
  'receipts-contradict-digest':
    'CloudTrail delivered something else than was processed: the log file was replaced in between, or the receipts were doctored.',
  'receipts-contradict-log-files':
    'Processing the log files again gives other receipts: they, or a log file, were changed.',
  'receipts-missing': 'Sealed receipts are gone: look for deleted versions.',
  'receipts-changed': 'Receipts aren’t what was sealed: get the earlier version.',
  'receipts-unreadable': 'Not a document of this program: get the earlier version.',
  'receipts-not-sealed':
    'No digest of ours has these receipts: they were put there by somebody else, or the announcement of them was removed.',
  'seal-contradicts-receipts':
    'The digest names other log files than its receipts: whoever signed it didn’t make it from them.',
  'plan-changed': 'The plan isn’t the one that was carried out, or is gone: get the earlier version.',
  'lake-object-missing': 'Rows that receipts account for are gone: look for deleted versions.',
  'lake-object-changed': 'The object isn’t what was written: get the earlier version.',
  'lake-object-unknown':
    'No receipts account for the object: rows in it were added by somebody else. Move it out of events/ or quarantine/.',
  'batch-not-recomputed':
    'Its rows could only be held against the receipts, for a log file is gone or can’t be read.',
  'compaction-contradicts-receipts':
    'A generation of a day holds other objects than batches’ receipts account for: it, or they, were doctored. Make it anew from the log files.',
  'compaction-contradicts-rows':
    'A generation of a day hasn’t got the rows of what it was made of: some were changed, added or removed. Get earlier versions of its objects, or make it anew from the log files.',
  'compaction-not-recomputed':
    'What the generation was made of has expired: with the log files at hand its rows are held against them.',
  'sign-file-unreadable':
    'Get an earlier version of the object, or run the query again: something overwrote or truncated it.',
  'sign-file-key-unknown':
    'Add the public keys of the region that the query ran in, and of its time (aws cloudtrail list-public-keys --start-time …); if it is not among them, CloudTrail did not sign it.',
  'sign-file-key-not-valid-then':
    'CloudTrail signs with the key of the time; one signed outside of it was not signed then.',
  'sign-file-signature-invalid':
    'The sign file was changed after CloudTrail wrote it: get the earlier version.',
  'result-file-missing':
    'A file of the query’s results is gone: look for deleted versions, or run the query again.',
  'result-file-changed': 'Its contents are not what CloudTrail Lake saved: get the earlier version.',
  'result-file-unreadable':
    'It could not be read, or is too large to be checked here: aws cloudtrail verify-query-results has no such limit.',
  'result-file-unsigned':
    'No sign file vouches for it: it was added by somebody else, or CloudTrail could not deliver the sign file; run the query again.',
};
