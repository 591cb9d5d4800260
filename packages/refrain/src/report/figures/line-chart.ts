import { seriesColour, seriesDash } from "../palette.js";
import { type Axis, scaleOf } from "./axis.js";
import { loadDrawing, type Picture } from "./picture.js";

/** A line; several stand in one chart. */
export interface LineSeries {
  /** Stands in the legend. */
  readonly name: string;
  /** Pairs of x and y, in order of x. */
  readonly points: readonly (readonly [number, number])[];
  /** Interval of each point, drawn as a band; same order as the points. */
  readonly band?: readonly (readonly [number, number])[];
  /** `step` holds each value until the next point; `line` where absent. */
  readonly shape?: "line" | "step";
  /** Marks each point by a dot. */
  readonly dots?: boolean;
  /** Place in the palette, from 0; the place in the list where absent. */
  readonly series?: number;
}

/** What a line chart is made of. */
export interface LineChartOptions {
  /** What the figure shows, in words. */
  readonly alt: string;
  /** The lower axis. */
  readonly x: Axis;
  /** The left axis. */
  readonly y: Axis;
  /** Up to six can be told apart. */
  readonly lines: readonly LineSeries[];
  /** Grey reference lines: the diagonal, or levels of y. */
  readonly diagonal?: boolean;
  /** Grey reference lines at these values of y. */
  readonly levels?: readonly number[];
  /** Pixels; 420 × 320 where absent. */
  readonly width?: number;
  /** Pixels; 320 where absent. */
  readonly height?: number;
}

/** Lines with bands and reference lines: ROC, precision-recall, survival, rates over time. */
export async function lineChart(options: LineChartOptions): Promise<Picture> {
  const { Plot, draw } = await loadDrawing();
  const { alt, lines, width = 420, height = 320 } = options;
  const marks = lines.flatMap((line, at) => {
    const series = line.series ?? at;
    const stroke = seriesColour(series);
    const curve = line.shape === "step" ? ("step-after" as const) : ("linear" as const);
    const rows = line.points.map(([x, y], point) => ({
      x: options.x.kind === "date" ? new Date(x) : x,
      y,
      low: line.band?.[point]?.[0] ?? Number.NaN,
      high: line.band?.[point]?.[1] ?? Number.NaN,
    }));
    return [
      line.band === undefined
        ? null
        : Plot.areaY(rows, {
            x: "x",
            y1: "low",
            y2: "high",
            curve,
            fill: stroke,
            fillOpacity: 0.18,
          }),
      Plot.lineY(rows, {
        x: "x",
        y: "y",
        curve,
        stroke,
        strokeWidth: 2,
        strokeDasharray: seriesDash(series) || "none",
      }),
      line.dots === true ? Plot.dot(rows, { x: "x", y: "y", r: 3, fill: stroke }) : null,
    ];
  });
  return draw(
    {
      width,
      height,
      marginLeft: 54,
      marginRight: 30,
      marginTop: 30,
      marginBottom: options.x.kind === "date" ? 54 : 42,
      x: scaleOf(options.x, Math.max(2, Math.round((width - 72) / 70))),
      y: { ...scaleOf(options.y, Math.max(2, Math.round((height - 72) / 50))), grid: true },
      marks: [
        options.diagonal === true ? diagonalOf(Plot, options.x, options.y) : null,
        Plot.ruleY(options.levels ?? [], { stroke: "var(--faint)", strokeDasharray: "3 3" }),
        ...marks,
      ],
    },
    {
      alt,
      legend: lines.map((line, at) => ({
        name: line.name,
        series: (line.series ?? at) % 6,
        shape: "line",
      })),
    },
  );
}

function diagonalOf(Plot: typeof import("@observablehq/plot"), x: Axis, y: Axis) {
  const low = Math.max(x.domain?.[0] ?? 0, y.domain?.[0] ?? 0);
  const high = Math.min(x.domain?.[1] ?? 1, y.domain?.[1] ?? 1);
  const ends = [low, high];
  return Plot.lineY(ends, { x: ends, y: ends, stroke: "var(--faint)", strokeDasharray: "3 3" });
}
