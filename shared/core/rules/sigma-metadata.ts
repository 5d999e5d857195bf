import { SEVERITIES, type Severity } from './rule-format.ts';
import { SigmaError } from './sigma-error.ts';

/** What a Sigma rule says about itself. */
export interface SigmaMetadata {
  readonly title: string;
  /** A UUID, as a rule. */
  readonly id: string | undefined;
  /** `level`; without one, medium. */
  readonly severity: Severity;
  /** ATT&CK techniques, `T1078.004`. */
  readonly attack: readonly string[];
  readonly description: string | undefined;
  readonly falsePositives: readonly string[];
  readonly references: readonly string[];
  readonly author: string | undefined;
}

/** Of the parsed YAML (Sigma rules specification 2.0.0). Throws `SigmaError`. */
export function sigmaMetadata(document: unknown): SigmaMetadata {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new SigmaError('the document', 'is no mapping of names to values');
  const fields = document as Readonly<Record<string, unknown>>;
  const title = text(fields, 'title');
  if (title === undefined) throw new SigmaError('title', 'is missing');
  return {
    title,
    id: text(fields, 'id'),
    severity: severityOf(text(fields, 'level') ?? 'medium'),
    attack: texts(fields, 'tags').flatMap(techniqueOf),
    description: text(fields, 'description'),
    falsePositives: texts(fields, 'falsepositives'),
    references: texts(fields, 'references'),
    author: text(fields, 'author'),
  };
}

function severityOf(level: string): Severity {
  const severity = SEVERITIES.find((name) => name === level);
  if (severity === undefined) throw new SigmaError('level', `"${level}" is none of ${SEVERITIES.join(', ')}`);
  return severity;
}

/** Tags of tactics and groups are no techniques. */
function techniqueOf(tag: string): readonly string[] {
  const [, technique] = /^attack\.(t\d{4}(?:\.\d{3})?)$/i.exec(tag) ?? [];
  return technique === undefined ? [] : [technique.toUpperCase()];
}

function text(fields: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new SigmaError(name, 'is no text');
  return value.trim() === '' ? undefined : value.trim();
}

function texts(fields: Readonly<Record<string, unknown>>, name: string): readonly string[] {
  const value = fields[name];
  if (value === undefined || value === null) return [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item, index) => {
    if (typeof item !== 'string') throw new SigmaError(`${name}[${index}]`, 'is no text');
    return item.trim();
  });
}
