/**
 * For the screen and for paper: tables repeat their titles on every page, and no row or plot is torn.
 *
 * @param footer stands at the foot of every page of paper
 */
export function pageStyle(footer: string): string {
  return `
:root { color-scheme: light; font: 15px/1.5 system-ui, "Segoe UI", "Liberation Sans", Arial, sans-serif; color: #1a1a1a; background: #fff; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; border-bottom: 2px solid #0072b2; padding-bottom: .2rem; }
p { margin: .5rem 0; }
.subtitle { font-size: 1.1rem; color: #444; }
.verdict { border-left: .3rem solid; padding: .4rem .8rem; margin: 1rem 0; font-size: 1.1rem; }
table { border-collapse: collapse; width: 100%; margin: .75rem 0; font-size: .87rem; }
th, td { text-align: left; vertical-align: baseline; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid #d4d4d4; overflow-wrap: anywhere; }
th:last-child, td:last-child { padding-right: 0; }
thead th { border-bottom: 2px solid #555; vertical-align: bottom; overflow-wrap: normal; }
tbody th { font-weight: 600; overflow-wrap: normal; }
.facts th { width: 12rem; }
.checks th { white-space: nowrap; }
.checks td:nth-child(2) { width: 52%; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number, .nowrap { white-space: nowrap; }
td.words { min-width: 6.5rem; }
tbody.round > tr:not(:last-child) > td:not([rowspan]) { border-bottom-color: transparent; }
table:not(.facts) .digest { display: inline-block; width: 32.5ch; vertical-align: top; }
.digest, .hash, pre { font-family: "Cascadia Mono", "DejaVu Sans Mono", Consolas, monospace; font-size: .8rem; }
pre { background: #f3f3f3; padding: .6rem .8rem; overflow-wrap: anywhere; white-space: pre-wrap; }
.passed { color: #005a3c; font-weight: 600; }
.failed { color: #a33a00; font-weight: 700; }
figure { margin: 1rem 0; break-inside: avoid; }
svg { width: 100%; height: auto; font-family: inherit; }
svg .plot-title { font-size: 14px; font-weight: 600; }
svg .tick, svg .label { font-size: 12px; fill: #1a1a1a; }
svg .grid { stroke: #dedede; }
svg .axis { stroke: #333; }
figcaption { font-size: .87rem; color: #444; }
@media screen and (max-width: 48rem) {
  table { display: block; overflow-x: auto; }
}
@page {
  size: A4;
  margin: 16mm 14mm 18mm;
  @bottom-left { content: "${cssText(footer)}"; font: 9pt sans-serif; color: #555; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 9pt sans-serif; color: #555; }
}
@media print {
  :root { font-size: 10.5pt; }
  body { max-width: none; margin: 0; padding: 0; }
  h2, h2 + p { break-after: avoid; }
  thead { display: table-header-group; }
  p, tr, pre, tbody.round, .together { break-inside: avoid; }
}
`;
}

/** Inside the quotes of a string in CSS; whatever is no letter or digit is escaped. */
function cssText(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9 -]/gu, (character) => `\\${(character.codePointAt(0) as number).toString(16)} `);
}
