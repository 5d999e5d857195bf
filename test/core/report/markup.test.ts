import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { inOneLine } from '../../../shared/core/one-line.ts';
import { html, Markup } from '../../../shared/core/report/markup.ts';

describe('a template of the report', () => {
  it('shows a value as text, in quotes and between tags, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const { text } = html`${value}`;
        expect(text).not.toMatch(/[<>"'`]|&(?!#\d+;)/);
        const read = text.replaceAll(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code)));
        expect(read).toBe(value.split('\n').map(inOneLine).join('\n'));
      }),
      { examples: [['"><script>'], ["'onload="], ['&lt;'], ['</p><style>'], ['<!--'], ['`'], ['&#60;']] },
    );
  });

  it('lets no control or direction character steer what is read', () => {
    expect(html`${'a\u202eb\0c\u2066'}`.text).toBe(String.raw`a\u{202e}b\u{0}c\u{2066}`);
  });

  it('takes in what other templates made, and lists of it', () => {
    const items = ['a', '<'].map((text) => html`<b>${text}</b>`);
    expect(html`${items}`.text).toBe('<b>a</b><b>&#60;</b>');
    expect(html`${[undefined, 3, new Markup('<i>')]}`.text).toBe('3<i>');
  });

  it('refuses a value in a tag outside of quotes', () => {
    expect(() => html`<p class=${'x'}></p>`).toThrow('outside of quotes');
    expect(() => html`<p ${'x'}></p>`).toThrow('outside of quotes');
    expect(html`<p class="${'x'} y">${'z'}</p>`.text).toBe('<p class="x y">z</p>');
  });
});
