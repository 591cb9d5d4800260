import { seriesColour } from "../palette.js";
import { type Axis, scaleOf, shorten, textPixels, ticksThatFit } from "./axis.js";
import { loadDrawing, type Picture } from "./picture.js";

/** One value with its interval. */
export interface IntervalRow {
  /** Words beside the row. */
  readonly label: string;
  /** Where the dot is. */
  readonly value: number;
  /** Lower end of the interval. */
  readonly low: number;
  /** Upper end of the interval. */
  readonly high: number;
  /** Place in the palette, from 0. */
  readonly series?: number;
  /** Single values, drawn as small rings on the same line. */
  readonly single?: readonly number[];
}

/** What an interval chart is made of. */
export interface IntervalChartOptions {
  /** What the figure shows, in words. */
  readonly alt: string;
  /** From top to bottom. */
  readonly rows: readonly IntervalRow[];
  /** The axis of the values. */
  readonly axis: Axis;
  /** Grey line to compare with, such as chance or the best baseline. */
  readonly reference?: number;
  /** Pixels; 420 where absent. */
  readonly width?: number;
}

/** A dot and its interval for each row: models under one metric. */
export async function intervalChart(options: IntervalChartOptions): Promise<Picture> {
  const { Plot, draw } = await loadDrawing();
  const { alt, axis, width = 420 } = options;
  const rows = options.rows.map((row) => ({
    ...row,
    stroke: seriesColour(row.series ?? 0),
  }));
  const singles = rows.flatMap(({ label, single = [] }) =>
    single.map((value) => ({ label, value })),
  );
  const shown = new Map(rows.map((row) => [row.label, shorten(row.label, 30)]));
  const marginLeft = 12 + Math.max(30, ...[...shown.values()].map(textPixels));
  return draw(
    {
      width,
      height: 52 + rows.length * 26,
      marginLeft,
      marginRight: 24,
      marginTop: 10,
      marginBottom: 42,
      x: { ...scaleOf(axis, ticksThatFit(axis, width - marginLeft - 24)), grid: true, nice: true },
      y: {
        type: "band",
        domain: rows.map((row) => row.label),
        label: null,
        tickSize: 0,
        tickFormat: (label: string) => shown.get(label) ?? label,
      },
      marks: [
        options.reference === undefined
          ? null
          : Plot.ruleX([options.reference], { stroke: "var(--faint)", strokeDasharray: "3 3" }),
        Plot.dot(singles, { x: "value", y: "label", stroke: "var(--faint)", r: 3.5 }),
        Plot.ruleY(rows, { x1: "low", x2: "high", y: "label", stroke: "stroke", strokeWidth: 2.5 }),
        Plot.dot(rows, { x: "value", y: "label", fill: "stroke", r: 4.5 }),
      ],
    },
    { alt },
  );
}
