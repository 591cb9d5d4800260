import type { CalibrationBin } from "@refrain/learn";
import { seriesColour, seriesDash } from "../palette.js";
import { scaleOf } from "./axis.js";
import { loadDrawing, type Picture } from "./picture.js";

/** What a calibration chart is made of. */
export interface CalibrationOptions {
  /** What the figure shows, in words. */
  readonly alt: string;
  /** One line each. */
  readonly models: readonly {
    /** Stands in the legend. */
    readonly name: string;
    /** From low to high. */
    readonly bins: readonly CalibrationBin[];
    /** Place in the palette, from 0; the place in the list where absent. */
    readonly series?: number;
  }[];
  /** How often each probability was predicted, drawn along the bottom; bars of equal width. */
  readonly histogram?: readonly {
    /** Lower end of the bar. */
    readonly from: number;
    /** Upper end of the bar. */
    readonly to: number;
    /** Predictions in it. */
    readonly count: number;
  }[];
}

/** Predicted against observed shares; on the diagonal a probability means what it says. */
export async function calibrationChart(options: CalibrationOptions): Promise<Picture> {
  const { Plot, draw } = await loadDrawing();
  const { alt, models, histogram = [] } = options;
  const points = models.flatMap((model) => model.bins);
  const top = Math.min(1, Math.max(0.01, ...points.flatMap((b) => [b.probability, b.rate])) * 1.08);
  const most = Math.max(1, ...histogram.map((bar) => bar.count));
  const bars = histogram
    .filter((bar) => bar.count > 0 && bar.from < top)
    .map((bar) => ({ ...bar, to: Math.min(bar.to, top), height: (bar.count / most) * top * 0.22 }));
  const marks = models.flatMap((model, at) => {
    const series = model.series ?? at;
    const stroke = seriesColour(series);
    const bins = model.bins.map(({ probability, rate }) => ({ x: probability, y: rate }));
    return [
      Plot.lineY(bins, {
        x: "x",
        y: "y",
        stroke,
        strokeWidth: 2,
        strokeDasharray: seriesDash(series) || "none",
      }),
      Plot.dot(bins, { x: "x", y: "y", r: 3.2, fill: stroke }),
    ];
  });
  const axis = { domain: [0, top] as const, kind: "share" as const };
  return draw(
    {
      width: 420,
      height: 320,
      marginLeft: 54,
      marginRight: 30,
      marginTop: 30,
      marginBottom: 42,
      x: scaleOf({ ...axis, label: "predicted share" }, 5),
      y: { ...scaleOf({ ...axis, label: "observed share" }, 5), grid: true },
      marks: [
        Plot.rect(bars, {
          x1: "from",
          x2: "to",
          y1: 0,
          y2: "height",
          fill: "currentColor",
          fillOpacity: 0.16,
          inset: 0.5,
        }),
        Plot.lineY([0, top], {
          x: [0, top],
          y: [0, top],
          stroke: "var(--faint)",
          strokeDasharray: "3 3",
        }),
        ...marks,
      ],
    },
    {
      alt,
      legend: models.map((model, at) => ({
        name: model.name,
        series: (model.series ?? at) % 6,
        shape: "line",
      })),
    },
  );
}
