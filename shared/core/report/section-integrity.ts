import { counted, figure, timeText } from './figure-text.ts';
import { html, type Content, type Markup } from './markup.ts';
import { dataTable, section } from './page-parts.ts';
import { verdictOf, type FindingCount, type Integrity, type Verdict } from './integrity.ts';
import type { ReportFigures } from './report-figures.ts';
import { ADVICE, type FindingCode } from '../finding.ts';

/** Sign and words: neither colour nor a picture alone says it. */
export const VERDICTS: Readonly<Record<Verdict, readonly [sign: string, words: string]>> = {
  alarm: ['▲', 'Verification found alarms'],
  verified: ['✓', 'Verified'],
  partly: ['○', 'Partly verified'],
  'not verified': ['○', 'Not verified'],
};

/** Whether the lake is known to hold all that was delivered, unchanged. */
export function integritySection(figures: ReportFigures): Markup {
  const { integrity } = figures;
  const lead = html`Of the whole lake, for receipts and digests aren’t kept by an event’s day. What is said
  here of verification is what verification said: this report proves nothing by itself.`;
  return section(
    'integrity',
    'Integrity and completeness',
    lead,
    verdictBox(figures),
    dataTable(
      'Completeness, from receipts',
      [{ title: 'what' }, { title: 'how much' }, { title: 'what it means' }],
      completeness(integrity),
    ),
    findingsTable(integrity),
  );
}

export function verdictBox({ integrity, period }: ReportFigures): Markup {
  const verdict = verdictOf(integrity, period);
  const [sign, words] = VERDICTS[verdict];
  return html`<div class="verdict ${verdict.replace(' ', '-')}">
    <span class="sign" aria-hidden="true">${sign}</span>
    <div>
      <p><strong>${words}</strong> ${sentences(integrity, period)}</p>
    </div>
  </div>`;
}

/** What was verified, by whom, up to when, and what not. */
function sentences(
  { hourly, now, seals, standing }: Integrity,
  { from, to }: ReportFigures['period'],
): Content {
  const said: string[] = [];
  const alarms = standing.reduce((sum, { findings }) => sum + findings, 0);
  if (alarms > 0)
    said.push(
      `${counted(alarms, 'alarm')} that verification told of stand in the lake; whether they were dealt with isn’t recorded there.`,
    );
  if (now !== null) {
    const place = now.withLogFiles
      ? 'the lake against its log files and CloudTrail’s digests'
      : 'the lake against its own digests, not against the log files';
    said.push(
      `When this report was made, with the public keys given: ${place}; ${counted(now.chains, 'chain')}, ${counted(now.digests, 'digest')}, ${counted(now.logFiles, 'log file')}, ${counted(now.batches, 'batch', 'batches')}; ${findingsText(now.findings)}.`,
    );
  }
  if (hourly !== null) {
    said.push(
      `The hourly verification last ran ${timeText(hourly.at)} UTC: ${findingsText(hourly.findings)}${hourly.behind ? '; it is behind' : ''}.`,
    );
    if (hourly.ownUntil === null) said.push('It had not met a digest of the lake yet.');
    else if (Date.parse(hourly.ownUntil) < Date.parse(to))
      said.push(
        `It had got to ${timeText(hourly.ownUntil)} UTC: what came into the lake after that was not verified.`,
      );
    if (Date.parse(hourly.since) > Date.parse(from))
      said.push(`It began ${timeText(hourly.since)} UTC: what came before was not verified by it.`);
  }
  if (hourly === null && now === null)
    said.push(
      'No verification has left a result in this lake, and this report was made without public keys to verify it with. To verify: trailseal verify, or trailseal report --public-keys.',
    );
  if (seals === null) said.push('The lake was never sealed.');
  return said.join(' ');
}

function findingsText(findings: readonly FindingCount[]): string {
  const [alarms, notices] = (['alarm', 'notice'] as const).map((kind) =>
    findings.reduce((sum, { severity, findings }) => sum + (severity === kind ? findings : 0), 0),
  ) as [number, number];
  const noticed = notices === 0 ? '' : `, ${counted(notices, 'notice')} of what could not be checked`;
  return `${alarms === 0 ? 'no alarm' : counted(alarms, 'alarm')}${noticed}`;
}

function completeness({ receipts, seals }: Integrity): readonly (readonly Content[])[] {
  const { logFiles, records, rows, quarantined, unfinishedBatches } = receipts;
  const reasons = Object.entries(quarantined.byReason)
    .map(([reason, n]) => `${reason} ${figure(n)}`)
    .join(', ');
  const aside = quarantined.files + quarantined.records;
  return [
    [
      'Log files read',
      figure(logFiles),
      `with ${counted(records, 'record')}; ${counted(rows, 'row')} stored, of which each event is counted once`,
    ],
    [
      'In quarantine',
      flagged(aside, `${counted(quarantined.files, 'file')}, ${counted(quarantined.records, 'record')}`),
      aside === 0 ? 'Everything could be read.' : `Not in this report, kept byte for byte: ${reasons}`,
    ],
    [
      'Unfinished batches',
      flagged(unfinishedBatches, figure(unfinishedBatches)),
      unfinishedBatches === 0
        ? 'No run was cut off.'
        : 'A run is under way, or one was cut off: ingest the same log files again.',
    ],
    seals === null
      ? ['Sealed', 'never', 'No digest vouches for what the lake holds: trailseal seal.']
      : [
          'Sealed',
          seals.sealedUntil === null ? 'not yet' : `to ${timeText(seals.sealedUntil)} UTC`,
          `${counted(seals.digests, 'digest')}. Sealing is not verifying: it makes later changes visible to whoever verifies.`,
        ],
  ];
}

function flagged(n: number, text: string): Content {
  return n > 0 ? html`<span class="flag">${text}</span>` : text;
}

function findingsTable({ hourly, now, standing }: Integrity): Content {
  const rows: Content[][] = [];
  const add = (where: string, severity: string, code: string, n: number): void => {
    rows.push([
      code,
      where,
      severity === 'alarm' ? html`<span class="flag">alarm</span>` : severity,
      figure(n),
      Object.hasOwn(ADVICE, code) ? ADVICE[code as FindingCode] : '',
    ]);
  };
  for (const { severity, code, findings } of now?.findings ?? []) add('now', severity, code, findings);
  for (const { severity, code, findings } of hourly?.findings ?? [])
    add('last hour', severity, code, findings);
  for (const { code, findings } of standing) add('told of', 'alarm', code, findings);
  if (rows.length === 0) return undefined;
  const columns = [
    { title: 'finding' },
    { title: 'when' },
    { title: 'severity' },
    { title: 'objects', isNumber: true },
    { title: 'what to do' },
  ];
  return html`<h3>Findings of verification</h3>
    ${dataTable('By code', columns, rows)}`;
}
