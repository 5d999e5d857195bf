import type { Draw, Template } from './draw.ts';
import { FILLS } from './placeholders.ts';

const PLACEHOLDER = /<([a-z]+)(\d?)>/gi;

/**
 * Compiles `{"instanceId":"<instance>"}` into a function. `<instance>` and `<instance2>` are two draws from the same pool; the
 * same name twice is one draw, so that a response answers its own request.
 */
export function template(text: string): Template {
  const parts: (string | Template)[] = [];
  let end = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    parts.push(text.slice(end, match.index), slot(match[1] ?? '', match[2] ?? ''));
    end = match.index + match[0].length;
  }
  parts.push(text.slice(end));
  if (parts.length === 1) return () => text;
  return (draw) => {
    let filled = '';
    for (const part of parts) filled += typeof part === 'string' ? part : part(draw);
    return filled;
  };
}

function slot(name: string, suffix: string): Template {
  const fill = FILLS[name];
  const slotName = name + suffix;
  return (draw) => {
    const known = draw.values.get(slotName);
    if (known !== undefined) return known;
    const pool = draw.account.resources[name];
    const value = pool === undefined ? filled(fill, name, draw) : draw.random.pickSkewed(pool);
    draw.values.set(slotName, value);
    return value;
  };
}

function filled(fill: Template | undefined, name: string, draw: Draw): string {
  // A slip in a call table, not bad input: every template is drawn in the tests.
  if (fill === undefined) throw new TypeError(`no such placeholder in a sample template: <${name}>`);
  return fill(draw);
}
