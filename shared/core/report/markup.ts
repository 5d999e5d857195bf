import { inOneLine } from '../one-line.ts';

/**
 * HTML in which values can be nothing but text. Whoever makes a call chooses user agents, session names and names of files, and has an auditor
 * open them in a browser: so a template's own text is markup, and whatever is put into it is escaped, unless a template made it too.
 */
export class Markup {
  readonly text: string;

  /** Of text that no value of a record is in; `html` is for everything else. */
  constructor(text: string) {
    this.text = text;
  }
}

export type Content = Markup | string | number | undefined | readonly Content[];

const checked = new WeakSet<TemplateStringsArray>();

/** A piece of a document. Throws `TypeError` for a template with a value where escaping wouldn't hold: in a tag, outside double quotes. */
export function html(template: TemplateStringsArray, ...values: readonly Content[]): Markup {
  refuseUnquoted(template);
  return new Markup(template.reduce((text, piece, i) => `${text}${contentText(values[i - 1])}${piece}`));
}

/** Text as it may stand between tags and in a quoted attribute; control and direction characters but line breaks become visible. */
export function escaped(text: string): string {
  const lines = text.split('\n').map(inOneLine).join('\n');
  return lines.replaceAll(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function contentText(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(contentText).join('');
  return escaped(String(content));
}

function refuseUnquoted(template: TemplateStringsArray): void {
  if (checked.has(template)) return;
  let before = '';
  for (const piece of template.slice(0, -1)) {
    before += piece;
    const tag = before.slice(before.lastIndexOf('<'));
    const isInTag = before.includes('<') && !tag.includes('>');
    if (isInTag && tag.split('"').length % 2 === 1)
      throw new TypeError(`a value stands in a tag outside of quotes: ${tag}`);
  }
  checked.add(template);
}
