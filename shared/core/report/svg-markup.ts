import { escaped, Markup } from './markup.ts';

/** What is needed of a node of a DOM, whichever makes it. */
export interface SvgNode {
  readonly nodeType: number;
  readonly localName?: string;
  readonly textContent: string | null;
  readonly childNodes: Iterable<SvgNode>;
  readonly attributes?: Iterable<{ readonly name: string; readonly value: string }>;
}

const ELEMENT = 1;
const TEXT = 3;

/** What a drawing is made of: nothing that loads, links, runs or styles. */
const ELEMENTS: ReadonlySet<string> = new Set([
  'svg',
  'g',
  'path',
  'rect',
  'line',
  'circle',
  'text',
  'tspan',
]);
const ATTRIBUTES: ReadonlySet<string> = new Set(
  (
    'viewBox x y x1 x2 y1 y2 dx dy d r cx cy width height transform fill fill-opacity stroke stroke-width stroke-opacity stroke-dasharray ' +
    'opacity text-anchor font-weight font-size font-variant'
  ).split(' '),
);
/** Numbers, paths, transforms, names of colours and `var(--colour)`. */
const VALUE = /^[\w\s.,()%+-]*$/;
const LONG_NUMBER = /-?\d+\.\d{3,}(?:e-?\d+)?/g;

/**
 * A drawing as text. A drawing's labels are values of records, which attackers choose: only known elements and attributes go through, the values of
 * attributes are of a closed alphabet, and text is escaped. `<style>` of the library's goes too: the document's policy allows one style sheet, its own.
 */
export function svgMarkup(node: SvgNode): Markup {
  return new Markup(nodeText(node));
}

function nodeText(node: SvgNode): string {
  if (node.nodeType === TEXT) return escaped(node.textContent ?? '');
  const name = node.localName ?? '';
  if (node.nodeType !== ELEMENT || !ELEMENTS.has(name)) return '';
  const attributes = [...(node.attributes ?? [])].map(attributeText).join('');
  const inside = [...node.childNodes].map(nodeText).join('');
  if (inside === '' && name === 'g') return '';
  return `<${name}${attributes}>${inside}</${name}>`;
}

function attributeText({ name, value }: { readonly name: string; readonly value: string }): string {
  if (!ATTRIBUTES.has(name) || !VALUE.test(value)) return '';
  const rounded = value.replaceAll(LONG_NUMBER, (number) => String(Math.round(Number(number) * 100) / 100));
  return ` ${name}="${rounded}"`;
}
