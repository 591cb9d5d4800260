import { seriesColour } from "../palette.js";
import { type Axis, scaleOf, shorten, textPixels, ticksThatFit, tickText } from "./axis.js";
import { loadDrawing, type Picture } from "./picture.js";

/** One bar, or several for the same label where series are compared. */
export interface Bar {
  /** Words beside the bar. */
  readonly label: string;
  /** Length of the bar. */
  readonly value: number;
  /** Interval of the value, drawn as a thin line. */
  readonly low?: number;
  /** Upper end of the interval. */
  readonly high?: number;
  /** Which of the compared series it belongs to; empty where there is one. */
  readonly series?: string;
}

/** What a bar chart is made of. */
export interface BarChartOptions {
  /** What the figure shows, in words. */
  readonly alt: string;
  /** From top to bottom. */
  readonly bars: readonly Bar[];
  /** The axis of the values. */
  readonly axis: Axis;
  /** Bars above zero raise and bars below lower: two colours, and zero in the middle. */
  readonly signed?: boolean;
  /** Writes each value at the end of its bar; true where absent. */
  readonly values?: boolean;
  /** Pixels; 420 where absent. */
  readonly width?: number;
}

const labelCharacters = 30;

/** Lying bars, one a label: class shares, importance, signed coefficients, train beside test. */
export async function barChart(options: BarChartOptions): Promise<Picture> {
  const { Plot, draw } = await loadDrawing();
  const { bars, axis, width = 420 } = options;
  const names = [...new Set(bars.map((bar) => bar.series ?? ""))];
  const compared = names.length > 1;
  const rows = barRows(options, names);
  const labels = [...new Set(bars.map((bar) => bar.label))];
  const places = labels.flatMap((label) =>
    compared ? names.map((name) => `${label}\u0000${name}`) : [label],
  );
  const shown = new Map(places.map((place) => [place, shorten(labelOf(place), labelCharacters)]));
  const bands = rows.filter((row) => row.low !== undefined && row.high !== undefined);
  const positive = rows.filter((row) => row.value >= 0);
  const negative = rows.filter((row) => row.value < 0);
  const showValues = options.values ?? true;
  const marginLeft = 12 + Math.max(30, ...[...shown.values()].map(textPixels));
  const wordsWidth = Math.max(0, ...rows.map(({ words }) => textPixels(words)));
  const marginRight = showValues ? 12 + wordsWidth : 18;
  const plotWidth = width - marginLeft - marginRight;
  return draw(
    {
      width,
      height: 52 + places.length * (compared ? 16 : 24),
      marginLeft,
      marginRight,
      marginTop: 10,
      marginBottom: 42,
      x: {
        ...scaleOf(axis, ticksThatFit(axis, plotWidth)),
        grid: true,
        ...domainOf(axis, rows, { plotWidth, words: showValues ? 6 + wordsWidth : 0 }),
      },
      y: { domain: places, label: null, tickFormat: tickOf(shown, names, compared), tickSize: 0 },
      marks: [
        Plot.barX(rows, { x: "value", y: "place", fill: "fill", insetTop: 2, insetBottom: 2 }),
        Plot.ruleY(bands, { x1: "low", x2: "high", y: "place", strokeWidth: 2 }),
        Plot.ruleX([0], { stroke: "currentColor" }),
        ...(showValues
          ? [
              Plot.text(positive, {
                x: "end",
                y: "place",
                text: "words",
                textAnchor: "start",
                dx: 5,
              }),
              Plot.text(negative, {
                x: "start",
                y: "place",
                text: "words",
                textAnchor: "end",
                dx: -5,
              }),
            ]
          : []),
      ],
    },
    {
      alt: options.alt,
      legend: compared
        ? names.map((name, at) => ({ name, series: at % 6, shape: "area" as const }))
        : [],
    },
  );
}

function barRows({ bars, axis, signed = false }: BarChartOptions, names: readonly string[]) {
  const text = tickText(axis.kind);
  return bars.map((bar) => ({
    ...bar,
    place: names.length > 1 ? `${bar.label}\u0000${bar.series ?? ""}` : bar.label,
    fill: fillOf(bar, signed, names),
    words: text(bar.value),
    end: Math.max(bar.value, bar.high ?? bar.value, 0),
    start: Math.min(bar.value, bar.low ?? bar.value, 0),
  }));
}

function fillOf(bar: Bar, signed: boolean, names: readonly string[]): string {
  if (signed) return bar.value >= 0 ? "var(--series2)" : "var(--series1)";
  return seriesColour(names.indexOf(bar.series ?? ""));
}

function labelOf(place: string): string {
  return place.split("\u0000")[0] ?? place;
}

/** Compared bars are labelled once, at the first of their group. */
function tickOf(shown: ReadonlyMap<string, string>, names: readonly string[], compared: boolean) {
  return (place: string) =>
    compared && !place.endsWith(`\u0000${names[0]}`) ? "" : (shown.get(place) ?? place);
}

/** Zero is always on the axis, and words beside a negative bar do not run into its label. */
function domainOf(
  axis: Axis,
  rows: readonly { start: number; end: number }[],
  room: { plotWidth: number; words: number },
) {
  if (axis.domain !== undefined) return { domain: [...axis.domain] };
  const low = Math.min(0, ...rows.map((row) => row.start));
  const high = Math.max(0, ...rows.map((row) => row.end));
  const span = high - low || 1;
  const extra = low < 0 ? (span * room.words) / Math.max(1, room.plotWidth - room.words) : 0;
  return { domain: [low - extra, high > low ? high : 1] };
}
