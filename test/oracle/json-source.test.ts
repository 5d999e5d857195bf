import { assert, constantFrom, jsonValue, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseWithSource, type JsonNode } from './json-source.ts';

/** JSON.parse with the reviver's third argument, which TypeScript's library does not declare yet. */
type ParseWithContext = (
  text: string,
  reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown;

const spacedJson = tuple(jsonValue({ stringUnit: 'binary' }), constantFrom(0, 1, '\t', '  ')).map(
  ([value, space]) => JSON.stringify(value, null, space),
);

describe('a tree that knows its text', () => {
  it('means what JSON.parse means', () => {
    assert(
      property(spacedJson, (text) => {
        expect(meaning(parseWithSource(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('gives every node a text of its own that means the node', () => {
    assert(
      property(spacedJson, (text) => {
        for (const node of nodes(parseWithSource(text)))
          expect(JSON.parse(node.source)).toEqual(meaning(node));
      }),
    );
  });

  it("agrees with V8's own source text of every number, string, boolean and null", () => {
    const text =
      '{"a":[1.0,-0,1e400,"\\u0041\\\\",{"b":null,"c":[ ]}],"d":9007199254740993,"e":true,"f":"}]"}';
    const theirs: string[] = [];
    (JSON.parse as ParseWithContext)(text, (_, value, { source }) => {
      if (source !== undefined) theirs.push(source);
      return value;
    });
    const leaves = nodes(parseWithSource(text)).filter(({ kind }) => kind !== 'object' && kind !== 'array');
    expect(leaves.map(({ source }) => source)).toEqual(theirs);
  });

  it('keeps both members of a duplicate key', () => {
    expect(parseWithSource('{"a":1,"a":2}')).toMatchObject({ members: [{ name: 'a' }, { name: 'a' }] });
  });

  it.each(['', '{', '[1,]', '{"a":01}', '1 2', '"\n"'])('refuses %j', (text) => {
    expect(() => parseWithSource(text)).toThrow(SyntaxError);
  });
});

function meaning(node: JsonNode): unknown {
  if (node.kind === 'array') return node.elements.map(meaning);
  if (node.kind !== 'object') return JSON.parse(node.source);
  return Object.fromEntries(node.members.map(({ name, value }) => [name, meaning(value)]));
}

function nodes(node: JsonNode): JsonNode[] {
  if (node.kind === 'array') return [node, ...node.elements.flatMap(nodes)];
  if (node.kind === 'object') return [node, ...node.members.flatMap(({ value }) => nodes(value))];
  return [node];
}
