import { html, type Html } from './html.ts';

export interface PlotSeries {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Plot {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly PlotSeries[];
}

/** Okabe and Ito's colours, which colour-blind readers tell apart; dashes and markers tell them apart on grey paper. */
const styles = [
  { colour: '#0072b2', dash: 'none', marker: (x: number, y: number) => html`<circle cx="${x}" cy="${y}" r="3.2"/>` },
  { colour: '#d55e00', dash: '7 4', marker: (x: number, y: number) => html`<rect x="${rounded(x - 3)}" y="${rounded(y - 3)}" width="6" height="6"/>` },
] as const;

const width = 640;
const height = 300;
const area = { left: 72, right: width - 16, top: 44, bottom: height - 52 };
/** More points than this are a line without markers. */
const mostMarkers = 60;

/** Lines over an axis of whole numbers, as inline SVG with axes, their units, a grid and a legend. */
export function linePlot({ title, xLabel, yLabel, series }: Plot): Html {
  const points = series.flatMap((line) => line.points);
  const xAxis = axisOf(points.map(({ x }) => x), area.left, area.right, 10, 1);
  const yAxis = axisOf(points.map(({ y }) => y), area.bottom, area.top, 6, 1e-4);
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}: ${yLabel} by ${xLabel}">
<text class="plot-title" x="${area.left}" y="16">${title}</text>
${legend(series)}
${yAxis.ticks.map((tick) => html`<line class="grid" x1="${area.left}" x2="${area.right}" y1="${yAxis.place(tick)}" y2="${yAxis.place(tick)}"/><text class="tick" text-anchor="end" x="${area.left - 8}" y="${rounded(yAxis.place(tick) + 4)}">${yAxis.label(tick)}</text>`)}
${xAxis.ticks.map((tick) => html`<line class="axis" x1="${xAxis.place(tick)}" x2="${xAxis.place(tick)}" y1="${area.bottom}" y2="${area.bottom + 5}"/><text class="tick" text-anchor="middle" x="${xAxis.place(tick)}" y="${area.bottom + 19}">${xAxis.label(tick)}</text>`)}
<line class="axis" x1="${area.left}" x2="${area.right}" y1="${area.bottom}" y2="${area.bottom}"/>
<line class="axis" x1="${area.left}" x2="${area.left}" y1="${area.top}" y2="${area.bottom}"/>
<text class="label" text-anchor="middle" x="${(area.left + area.right) / 2}" y="${height - 10}">${xLabel}</text>
<text class="label" text-anchor="middle" transform="translate(18 ${(area.top + area.bottom) / 2}) rotate(-90)">${yLabel}</text>
${series.map((line, index) => drawn(line, styleOf(index), xAxis, yAxis))}
</svg>`;
}

function drawn({ points }: PlotSeries, { colour, dash, marker }: (typeof styles)[number], xAxis: Axis, yAxis: Axis): Html {
  const places = points.map(({ x, y }) => [xAxis.place(x), yAxis.place(y)] as const);
  const markers = points.length > mostMarkers ? [] : places.map(([x, y]) => marker(x, y));
  return html`<g fill="${colour}"><polyline fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}" points="${places.map((place) => place.join()).join(' ')}"/>${markers}</g>`;
}

function legend(series: readonly PlotSeries[]): Html[] {
  return series.map(({ name }, index) => {
    const { colour, dash, marker } = styleOf(index);
    const left = area.left + index * 150;
    return html`<g fill="${colour}"><line x1="${left}" x2="${left + 30}" y1="30" y2="30" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>${marker(left + 15, 30)}<text class="tick" x="${left + 37}" y="34">${name}</text></g>`;
  });
}

function styleOf(index: number): (typeof styles)[number] {
  return styles[index % styles.length] as (typeof styles)[number];
}

interface Axis {
  readonly ticks: readonly number[];
  place(value: number): number;
  label(tick: number): string;
}

/** Ticks at round numbers that take in all values. */
function axisOf(values: readonly number[], from: number, to: number, mostTicks: number, smallestStep: number): Axis {
  const lowest = Math.min(...values);
  const span = Math.max(...values) - lowest || Math.abs(lowest) || 1;
  const step = Math.max(smallestStep, roundStep(span / mostTicks));
  const first = Math.floor(lowest / step);
  const last = Math.max(first + 1, Math.ceil(Math.max(...values) / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return {
    ticks,
    place: (value) => rounded(from + ((value / step - first) / (last - first)) * (to - from)),
    label: (tick) => tick.toFixed(decimals),
  };
}

/** The next of 1, 2, 5, 10, 20, ... */
function roundStep(atLeast: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(atLeast));
  return magnitude * ([1, 2, 5].find((factor) => factor * magnitude >= atLeast * (1 - 1e-9)) ?? 10);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
