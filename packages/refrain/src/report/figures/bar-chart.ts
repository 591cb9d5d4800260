import { seriesColour } from "../palette.js";
import { type Axis, scaleOf, shorten, textPixels, tickText } from "./axis.js";
import { loadDrawing, type Picture } from "./picture.js";

/** One bar, or several for the same label where series are compared. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Interval of the value, drawn as a thin line. */
  readonly low?: number;
  readonly high?: number;
  /** Which of the compared series it belongs to; empty where there is one. */
  readonly series?: string;
}

/** What a bar chart is made of. */
export interface BarChartOptions {
  readonly alt: string;
  readonly bars: readonly Bar[];
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
  const { bars, axis, width = 420, signed = false } = options;
  const names = [...new Set(bars.map((bar) => bar.series ?? ""))];
  const compared = names.length > 1;
  const text = tickText(axis.kind);
  const rows = bars.map((bar) => ({
    ...bar,
    place: compared ? `${bar.label}\u0000${bar.series ?? ""}` : bar.label,
    fill: fillOf(bar, signed, names),
    words: text(bar.value),
    end: Math.max(bar.value, bar.high ?? bar.value, 0),
    start: Math.min(bar.value, bar.low ?? bar.value, 0),
  }));
  const labels = [...new Set(bars.map((bar) => bar.label))];
  const places = labels.flatMap((label) =>
    compared ? names.map((name) => `${label}\u0000${name}`) : [label],
  );
  const shown = new Map(places.map((place) => [place, shorten(labelOf(place), labelCharacters)]));
  const bands = rows.filter((row) => row.low !== undefined && row.high !== undefined);
  const positive = rows.filter((row) => row.value >= 0);
  const negative = rows.filter((row) => row.value < 0);
  const showValues = options.values ?? true;
  return draw(
    {
      width,
      height: 52 + places.length * (compared ? 16 : 24),
      marginLeft: 12 + Math.max(30, ...[...shown.values()].map(textPixels)),
      marginRight: showValues ? 52 : 18,
      marginTop: 10,
      marginBottom: 42,
      x: { ...scaleOf(axis, 4), grid: true, ...domainOf(axis, rows, signed) },
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

/** Signed bars get room for the words at both ends; zero is always on the axis. */
function domainOf(axis: Axis, rows: readonly { start: number; end: number }[], signed: boolean) {
  if (axis.domain !== undefined) return { domain: [...axis.domain] };
  const low = Math.min(0, ...rows.map((row) => row.start));
  const high = Math.max(0, ...rows.map((row) => row.end));
  const span = high - low || 1;
  return {
    domain: [
      low < 0 ? low - span * (signed ? 0.22 : 0.1) : 0,
      high === 0 ? (low === 0 ? 1 : 0) : high,
    ],
  };
}
