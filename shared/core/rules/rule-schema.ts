import * as z from 'zod';
import { RULE } from './rule-format.ts';

/** What editors complete and check a rule's file by, made from `rule-format.ts`: JSON Schema, draft 2020-12. */
export function ruleSchema(): Readonly<Record<string, unknown>> {
  const { properties = {}, ...schema } = z.toJSONSchema(RULE, { io: 'input' });
  return {
    ...schema,
    title: 'A rule of Trailseal',
    description:
      'Which CloudTrail events alert whom, and why. A Sigma rule as it is in the public repository is a rule too, without this schema.',
    properties: { ...properties, sigma: sigmaOrItsPath(properties['sigma']) },
    oneOf: [{ required: ['pattern'] }, { required: ['sigma'] }],
  };
}

/** The schema as its file in `rules/` has it. */
export function ruleSchemaText(): string {
  return `${JSON.stringify(ruleSchema(), undefined, 2)}\n`;
}

/** In a file, but not in what is made of it (rule-of-file.ts). */
function sigmaOrItsPath(schema: unknown): unknown {
  const { description, ...sigma } = schema as { readonly description?: string };
  return {
    description,
    anyOf: [{ type: 'string', description: 'The path of a Sigma rule, from this file' }, sigma],
  };
}
