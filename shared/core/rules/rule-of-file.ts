import { parse as parseYaml } from 'yaml';
import { cutText } from '../cut-text.ts';
import { compileRule, RuleError, type CompiledRule } from './compiled-rule.ts';
import { sigmaMetadata } from './sigma-metadata.ts';

/** A file of a folder of rules. */
export interface RuleFile {
  /** Relative to the folder, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** Far more than any rule with its cases; YAML can make much of little. */
const MAX_RULE_BYTES = 256 * 1024;
const MAX_ALIASES = 100;

/**
 * What a file of rules says, ready for `compileRule`: YAML or JSON. A Sigma rule as it is in the public repository is a rule too, named after its
 * file; and a rule may name the Sigma file it selects by (`sigma: sigma/aws_root_account_usage.yml`, relative to itself), which `textOf` gives.
 * Throws `RuleError`.
 */
export function ruleDocument(
  { path, text }: RuleFile,
  textOf: (path: string) => string | undefined,
): Readonly<Record<string, unknown>> {
  const document = parse(path, text);
  if ('detection' in document) return ofSigma(path, document);
  const { sigma } = document;
  if (typeof sigma !== 'string') return document;
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const sigmaText = textOf(folder + sigma);
  if (sigmaText === undefined)
    throw new RuleError(path, `there is no file ${folder + sigma}, which it names under "sigma"`);
  return { ...document, sigma: parse(folder + sigma, sigmaText) };
}

/**
 * The rules of a folder, in the order of their paths. A Sigma file that a rule names isn't a rule of its own besides. Each that can't be used is
 * an error among `errors`.
 */
export function rulesOfFiles(files: readonly RuleFile[]): {
  rules: { readonly path: string; readonly rule: CompiledRule }[];
  errors: { readonly path: string; readonly error: RuleError }[];
} {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const named = new Set<string>();
  const textOf = (path: string): string | undefined => {
    named.add(path);
    return texts.get(path);
  };
  const rules: { path: string; rule: CompiledRule }[] = [];
  const errors: { path: string; error: RuleError }[] = [];
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const file of sorted) {
    try {
      rules.push({ path: file.path, rule: compileRule(ruleDocument(file, textOf), file.path) });
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      errors.push({ path: file.path, error });
    }
  }
  return {
    rules: rules.filter(({ path }) => !named.has(path)),
    errors: errors.filter(({ path }) => !named.has(path)),
  };
}

function parse(path: string, text: string): Readonly<Record<string, unknown>> {
  if (Buffer.byteLength(text) > MAX_RULE_BYTES)
    throw new RuleError(path, `more than ${MAX_RULE_BYTES} bytes are no rule`);
  let document: unknown;
  try {
    document = parseYaml(text, { maxAliasCount: MAX_ALIASES, logLevel: 'error' });
  } catch (cause) {
    throw new RuleError(path, `not YAML: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new RuleError(path, 'a rule is a mapping of names to values');
  return document as Readonly<Record<string, unknown>>;
}

const NOT_SAID = 'not said';

/** A Sigma rule with what it lacks: it groups by account and principal, an hour at a time. */
function ofSigma(path: string, document: Readonly<Record<string, unknown>>): Record<string, unknown> {
  try {
    const { title, severity, attack, description, falsePositives, references, author } =
      sigmaMetadata(document);
    return {
      id: idOfPath(path),
      title: title.slice(0, 100),
      severity,
      attack,
      owner: cutText(author ?? NOT_SAID, 200),
      why: cutText(description ?? title, 4000),
      runbook: cutText(references.length === 0 ? NOT_SAID : `See ${references.join(' , ')}`, 4000),
      falsePositives: (falsePositives.length === 0 ? [NOT_SAID] : falsePositives)
        .slice(0, 12)
        .map((one) => cutText(one, 500)),
      sigma: document,
    };
  } catch (cause) {
    throw new RuleError(path, cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** `sigma/aws_root_account_usage.yml` → `aws-root-account-usage`. */
function idOfPath(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.(?:ya?ml|json)$/, '');
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 64)
    .replace(/-$/, '');
}
