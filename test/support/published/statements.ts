/**
 * The queries of a published text, as they stand there. `file`: the whole file is one query, with the comment above it. `paragraphs`:
 * what stands between two empty lines. `fences`: the code blocks of a page. Of a paragraph or a block, from the line that begins with
 * SELECT or WITH; what has no such line is no query.
 */
export type Split = 'file' | 'paragraphs' | 'fences';

export function statementsOf(text: string, split: Split): string[] {
  const parts =
    split === 'file' ? [text] : split === 'fences' ? fences(text) : text.split(/\r?\n[ \t]*(?:\r?\n)+/);
  return parts
    .map((part) => (split === 'file' ? part : fromSelect(part)))
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** A statement that begins with another verb (CREATE TABLE … AS SELECT) is no query either. */
function fromSelect(part: string): string {
  const verb = /^[ \t]*(?:select|with|create|insert|alter)\b/im.exec(part);
  return verb !== null && /^[ \t]*(?:select|with)\b/i.test(verb[0]) ? part.slice(verb.index) : '';
}

function fences(page: string): string[] {
  return [...page.matchAll(/^[ \t]*```[^\n]*\n(.*?)^[ \t]*```/gms)].map(([, block = '']) => block);
}
