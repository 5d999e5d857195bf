/**
 * JSON as a tree that still knows its own text: `JSON.parse` loses how a number was written, which key stood twice
 * and what the spaces were. `JSON.parse` judges the text; one regular expression then finds the pieces again.
 */

/** `source` is always the value's own text. */
export type JsonNode =
  | { readonly kind: 'null' | 'scalar'; readonly source: string }
  | { readonly kind: 'text'; readonly source: string; readonly text: string }
  | { readonly kind: 'object'; readonly source: string; readonly members: readonly Member[] }
  | { readonly kind: 'array'; readonly source: string; readonly elements: readonly JsonNode[] };

/** One member of an object, in the text's order; a key that stands twice is two members. */
export interface Member {
  readonly name: string;
  readonly value: JsonNode;
}

/** A whole string, a bracket, or a number, `true`, `false`, `null`. Colons and commas say nothing more. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]|[^\s{}[\]:,"]+/g;

interface OpenContainer {
  readonly start: number;
  readonly children: JsonNode[];
}

/** Throws SyntaxError if `text` is not exactly one JSON value. */
export function parseWithSource(text: string): JsonNode {
  JSON.parse(text);
  const document: OpenContainer = { start: 0, children: [] };
  const enclosing: OpenContainer[] = [];
  let current = document;
  for (const token of text.matchAll(TOKEN)) {
    const [source] = token;
    if (source === '{' || source === '[') {
      enclosing.push(current);
      current = { start: token.index, children: [] };
    } else if (source === '}' || source === ']') {
      const closed = container(text.slice(current.start, token.index + 1), current.children);
      current = enclosing.pop() ?? document;
      current.children.push(closed);
    } else {
      current.children.push(leaf(source));
    }
  }
  return only(document.children);
}

/** The member that counts: the last of its name, as in `JSON.parse`. */
export function memberOf(node: JsonNode | undefined, name: string): JsonNode | undefined {
  if (node?.kind !== 'object') return undefined;
  return node.members.findLast((member) => member.name === name)?.value;
}

function leaf(source: string): JsonNode {
  if (source === 'null') return { kind: 'null', source };
  if (source.startsWith('"')) return { kind: 'text', source, text: JSON.parse(source) as string };
  return { kind: 'scalar', source };
}

function container(source: string, children: readonly JsonNode[]): JsonNode {
  return source.startsWith('[')
    ? { kind: 'array', source, elements: children }
    : { kind: 'object', source, members: membersOf(children) };
}

/** The children of an object are its keys and values in turn. */
function membersOf(children: readonly JsonNode[]): Member[] {
  const members: Member[] = [];
  for (let i = 0; i + 1 < children.length; i += 2) {
    const [key, value] = [children[i], children[i + 1]];
    if (key?.kind !== 'text' || value === undefined) throw new Error('a key of an object is not a string');
    members.push({ name: key.text, value });
  }
  return members;
}

function only(nodes: readonly JsonNode[]): JsonNode {
  const [node] = nodes;
  if (node === undefined || nodes.length !== 1) throw new Error('not exactly one JSON value');
  return node;
}
