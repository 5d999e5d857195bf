/**
 * The report's style sheet. Its hash stands in the document's policy: nothing else in the document is style. Blue and orange are told apart by all common kinds of
 * colour blindness, and nothing hangs on colour alone. Text has a contrast of 4.5 : 1 and more on both grounds.
 */
export const REPORT_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --panel: #f5f6f8; --ink: #16191d; --muted: #5a626c; --line: #e1e4e8; --axis: #8b939c;
  --volume: #2f6690; --rest: #a9b4bf; --alert: #b5460f; --good: #1f6b4a; --focus: #0b5cad;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171b; --panel: #1d2227; --ink: #e9ebee; --muted: #a5aeb8; --line: #2d343b; --axis: #707a85;
    --volume: #79b0dd; --rest: #56616c; --alert: #ff9d5c; --good: #74cba4; --focus: #8cc4ff;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.5 Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif;
  font-feature-settings: 'tnum', 'cv11'; overflow-wrap: anywhere;
}
.page { max-width: 928px; margin: 0 auto; padding: 40px 24px 64px; }
a { color: inherit; text-decoration-color: var(--axis); text-underline-offset: 3px; }
a:hover { text-decoration-color: currentColor; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 3px; border-radius: 2px; }
.skip { position: absolute; left: -999px; top: 0; background: var(--ground); padding: 12px 16px; }
.skip:focus { left: 0; z-index: 1; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
h1 { font-size: 34px; line-height: 1.15; letter-spacing: -0.02em; font-weight: 650; margin: 0 0 8px; text-wrap: balance; }
h2 { font-size: 24px; line-height: 1.2; letter-spacing: -0.012em; font-weight: 650; margin: 0 0 8px; }
h3 { font-size: 16px; line-height: 1.35; font-weight: 650; margin: 0; }
p { margin: 0 0 12px; }
.eyebrow { color: var(--muted); font-size: 14px; margin-bottom: 12px; }
.period { font-size: 19px; color: var(--muted); margin-bottom: 32px; }
.lead { max-width: 68ch; margin-bottom: 24px; }
.muted, figcaption p, caption { color: var(--muted); font-size: 14px; }
section { margin-top: 56px; padding-top: 24px; border-top: 1px solid var(--line); }
#stands-out { border: 0; margin-top: 16px; }
section > h3 { margin-top: 32px; }
section > table { margin-bottom: 24px; }
nav ul { list-style: none; margin: 24px 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: 4px 20px; font-size: 15px; }
nav a { display: inline-block; padding: 4px 0; }
.tiles { display: grid; grid-template-columns: repeat(6, 1fr); gap: 20px 16px; margin: 0; padding: 20px 0; border-top: 2px solid var(--ink); border-bottom: 1px solid var(--line); }
.tiles div { display: flex; flex-direction: column; }
.tiles dt { color: var(--muted); font-size: 14px; order: 1; }
.tiles dd { margin: 0; }
.tiles .value { font-size: 28px; line-height: 1.2; font-weight: 600; letter-spacing: -0.015em; font-variant-numeric: tabular-nums; }
.tiles .word { font-size: 20px; line-height: 1.68; }
.tiles .detail { order: 2; font-size: 14px; color: var(--muted); }
.verdict { display: flex; gap: 14px; align-items: flex-start; padding: 16px 18px; margin: 0 0 24px; background: var(--panel); border-left: 4px solid var(--axis); }
.verdict p { margin: 0; }
.verdict strong { display: block; }
.verdict .sign { font-weight: 700; min-width: 1.2em; text-align: center; }
.verdict.alarm { border-left-color: var(--alert); }
.verdict.alarm .sign, .verdict.alarm strong { color: var(--alert); }
.verdict.verified { border-left-color: var(--good); }
.verdict.verified .sign, .verdict.verified strong { color: var(--good); }
.remarks { list-style: none; margin: 0; padding: 0; max-width: 74ch; }
.remarks li { padding: 8px 0 8px 28px; position: relative; border-bottom: 1px solid var(--line); }
.remarks li::before { content: '–'; position: absolute; left: 6px; color: var(--muted); }
.remarks li.alert::before { content: '▲'; color: var(--alert); font-size: 12px; top: 12px; left: 4px; }
figure { margin: 0 0 40px; }
figcaption { margin-bottom: 8px; }
figcaption p { margin: 2px 0 0; max-width: 74ch; }
.wide svg, .narrow svg { display: block; width: 100%; height: auto; overflow: visible; }
.narrow { display: none; max-width: 480px; }
svg text { font-size: 13px; font-family: inherit; }
.narrow svg text { font-size: 13px; }
.behind { margin-top: 8px; display: flex; flex-wrap: wrap; gap: 0 24px; }
details { font-size: 14px; }
.behind details[open] { flex-basis: 100%; }
summary { cursor: pointer; color: var(--muted); padding: 6px 0; width: fit-content; }
summary:hover { color: var(--ink); }
pre { background: var(--panel); padding: 14px 16px; margin: 4px 0 16px; white-space: pre-wrap; overflow-wrap: anywhere; font: 12.5px/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace; max-height: 420px; overflow-y: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; line-height: 1.4; margin: 0 0 8px; }
caption { text-align: left; padding-bottom: 6px; }
th, td { text-align: left; vertical-align: baseline; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { color: var(--muted); border-bottom-color: var(--axis); vertical-align: bottom; overflow-wrap: normal; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.short { white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }
tr.rest { color: var(--muted); }
.flag { color: var(--alert); font-weight: 650; }
.name { font-weight: 500; }
.sub { display: block; color: var(--muted); font-size: 13px; }
.scroll { overflow-x: auto; max-height: 420px; overflow-y: auto; margin-bottom: 16px; }
.scroll table { width: auto; min-width: 100%; }
.scroll th, .scroll td { overflow-wrap: normal; white-space: nowrap; }
.pair { display: grid; grid-template-columns: 1fr; gap: 0; }
footer { margin-top: 64px; padding-top: 16px; border-top: 2px solid var(--ink); color: var(--muted); font-size: 14px; }
@media (max-width: 719px) {
  .page { padding: 24px 16px 48px; }
  h1 { font-size: 28px; }
  .tiles { grid-template-columns: repeat(2, 1fr); gap: 18px 14px; }
  .tiles .value { font-size: 24px; }
  .wide { display: none; }
  .narrow { display: block; }
  summary { padding: 10px 0; }
  table[role='table'], [role='table'] tbody, [role='table'] tr, [role='table'] th, [role='table'] td, [role='table'] caption { display: block; text-align: left; border: 0; padding: 0; }
  [role='table'] thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  [role='table'] caption { padding-bottom: 8px; }
  [role='table'] tr { padding: 10px 0; border-bottom: 1px solid var(--line); display: flex; flex-wrap: wrap; gap: 0 16px; }
  [role='table'] tr > th { flex-basis: 100%; font-weight: 500; }
  [role='table'] td::before { content: attr(data-label) ' '; color: var(--muted); }
  [role='table'] .number { white-space: normal; }
}
@media print {
  :root {
    color-scheme: light;
    --ground: #ffffff; --panel: #f5f6f8; --ink: #000000; --muted: #4a5159; --line: #d5d9de; --axis: #8b939c;
    --volume: #2f6690; --rest: #a9b4bf; --alert: #a53d09; --good: #1f6b4a;
  }
  @page { margin: 16mm 15mm; }
  body { font-size: 10.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .page { max-width: none; padding: 0; }
  .wide { display: block; }
  .narrow, nav, .skip { display: none; }
  section { margin-top: 28px; padding-top: 16px; }
  h2, h3, figcaption, caption, thead { break-after: avoid; }
  figure, tr, .verdict, .tiles, .remarks li { break-inside: avoid; }
  details:not([open]) { display: none; }
  .scroll, pre { max-height: none; overflow: visible; }
  a { text-decoration: none; }
  svg text { font-size: 15px; }
  .tiles .value { font-size: 20px; }
  .tiles .word { font-size: 14px; line-height: 24px; white-space: nowrap; }
  h1 { font-size: 24pt; } h2 { font-size: 16pt; }
}
`;
