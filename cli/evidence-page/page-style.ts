/** For the screen and for paper: sections begin on a page of their own, tables repeat their titles, and no row or plot is torn. */
export const pageStyle = `
:root { color-scheme: light; font: 15px/1.5 system-ui, "Segoe UI", "Liberation Sans", Arial, sans-serif; color: #1a1a1a; background: #fff; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; border-bottom: 2px solid #0072b2; padding-bottom: .2rem; }
p { margin: .5rem 0; }
.subtitle { font-size: 1.1rem; color: #444; }
table { border-collapse: collapse; width: 100%; margin: .75rem 0; font-size: .87rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #d4d4d4; }
thead th { border-bottom: 2px solid #555; white-space: nowrap; }
tbody th { font-weight: 600; white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.nowrap, td.nowrap div { white-space: nowrap; }
code, .hash { font-family: "Cascadia Mono", "DejaVu Sans Mono", Consolas, monospace; font-size: .8rem; overflow-wrap: anywhere; }
pre { background: #f3f3f3; padding: .6rem .8rem; overflow-wrap: anywhere; white-space: pre-wrap; font-size: .85rem; }
.passed { color: #005a3c; font-weight: 600; white-space: nowrap; }
.failed { color: #a33a00; font-weight: 700; white-space: nowrap; }
figure { margin: 1rem 0; break-inside: avoid; }
svg { width: 100%; height: auto; font-family: inherit; }
svg .plot-title { font-size: 14px; font-weight: 600; }
svg .tick, svg .label { font-size: 12px; fill: #1a1a1a; }
svg .grid { stroke: #dedede; }
svg .axis { stroke: #333; }
figcaption { font-size: .87rem; color: #444; }
@page { size: A4; margin: 16mm 14mm 18mm; @bottom-right { content: counter(page) " / " counter(pages); font: 9pt sans-serif; color: #555; } }
@media print {
  :root { font-size: 10.5pt; }
  body { max-width: none; margin: 0; padding: 0; }
  section.sheet { break-before: page; }
  section.sheet h2 { margin-top: 0; }
  h2 { break-after: avoid; }
  thead { display: table-header-group; }
  tr, pre { break-inside: avoid; }
}
`;
