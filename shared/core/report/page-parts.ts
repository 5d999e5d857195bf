import { html, type Content, type Markup } from './markup.ts';

/** What sections of the page are made of. */
export interface PageContext {
  /** The options that name the lake, as a shell takes them. */
  readonly place: string;
}

export function section(id: string, title: string, lead: Content, ...content: readonly Content[]): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    <p class="lead">${lead}</p>
    ${content}
  </section>`;
}

/** A chart with its title, and behind it its figures and the query that gave them. */
export function chartFigure(
  title: string,
  note: Content,
  drawn: Content,
  ...behind: readonly Content[]
): Markup {
  return html`<figure>
    <figcaption>
      <h3>${title}</h3>
      <p>${note}</p>
    </figcaption>
    ${drawn}
    <div class="behind">${behind}</div>
  </figure>`;
}

/** The table behind a chart: what it shows, for whoever can't see it or wants the figures. */
export function figuresDetails(title: string, table: Markup): Markup {
  return html`<details>
    <summary>Figures<span class="unseen"> of “${title}”</span></summary>
    ${table}
  </details>`;
}

/** The query, as it ran, in the command that runs it again. `shown` tells two of one chart apart. */
export function queryDetails(
  title: string,
  sql: string,
  { place }: PageContext,
  note?: Content,
  shown = 'Query',
): Markup {
  const command = `trailseal query ${place} - <<'SQL'`;
  return html`<details>
    <summary>${shown}<span class="unseen"> behind “${title}”</span></summary>
    ${note}
    <pre tabindex="0" role="region" aria-label="Query behind “${title}”"><code>${command}
${sql}
SQL</code></pre>
  </details>`;
}

export interface TableColumn {
  readonly title: string;
  readonly isNumber?: boolean;
  /** Not to be broken over lines. */
  readonly isShort?: boolean;
}

/** A table that becomes a list of cards on a phone; cells know their column's title. */
export function dataTable(
  caption: string,
  columns: readonly TableColumn[],
  rows: readonly (readonly Content[])[],
): Markup {
  const kind = (i: number): string => {
    if (columns[i]?.isNumber === true) return 'number';
    return columns[i]?.isShort === true ? 'short' : 'text';
  };
  const heads = columns.map(({ title }, i) => html`<th scope="col" class="${kind(i)}">${title}</th>`);
  const cell = (content: Content, i: number): Markup =>
    i === 0
      ? html`<th scope="row" role="rowheader" class="${kind(i)}">${content}</th>`
      : html`<td role="cell" class="${kind(i)}" data-label="${columns[i]?.title ?? ''}">${content}</td>`;
  const body = rows.map(
    (cells) =>
      html`<tr role="row">
        ${cells.map(cell)}
      </tr> `,
  );
  return html`<table role="table">
    <caption>
      ${caption}
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        ${heads}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${body}
    </tbody>
  </table>`;
}

/** The figures of a chart over time: wide, so that it scrolls within itself where it must. */
export function timeTable(
  title: string,
  buckets: readonly string[],
  columns: readonly { readonly name: string; readonly counts: Readonly<Record<string, number>> }[],
): Markup {
  const kept = buckets.filter((bucket) => columns.some(({ counts }) => (counts[bucket] ?? 0) > 0));
  const heads = columns.map(({ name }) => html`<th scope="col" class="number">${name}</th>`);
  const rows = kept.map(
    (bucket) =>
      html`<tr>
        <th scope="row">${bucket}</th>
        ${columns.map(({ counts }) => html`<td class="number">${figureOf(counts[bucket])}</td>`)}
      </tr> `,
  );
  const table = html`<div class="scroll" tabindex="0" role="region" aria-label="Figures of “${title}”">
    <table class="plain">
      <caption>
        ${title}; UTC. Times without any are left out.
      </caption>
      <thead>
        <tr>
          <th scope="col">from</th>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
  return figuresDetails(title, table);
}

function figureOf(n: number | undefined): string {
  return n === undefined ? '0' : n.toLocaleString('en-US');
}

const PLAIN = /^[\w@%+=:,./-]+$/;

/** A word of a shell's command. */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
