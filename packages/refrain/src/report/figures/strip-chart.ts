import { type Axis, scaleOf, shorten, textPixels, ticksThatFit } from "./axis.js";
import { loadDrawing, type Picture } from "./picture.js";

/** One row of dots. */
export interface Strip {
  /** Words beside the dots. */
  readonly label: string;
  /** Where each dot is, and which of the groups it belongs to. */
  readonly dots: readonly { readonly value: number; readonly group: number }[];
}

/** What a strip chart is made of. */
export interface StripChartOptions {
  /** What the figure shows, in words. */
  readonly alt: string;
  /** From top to bottom. */
  readonly strips: readonly Strip[];
  /** Names of the groups, each with its place in the palette. */
  readonly groups: readonly { readonly name: string; readonly series: number }[];
  /** The axis of the values. */
  readonly axis: Axis;
  /** Pixels; 420 where absent. */
  readonly width?: number;
}

const stripHeight = 26;
/** Share of a strip's height over which its dots are spread. */
const spread = 0.62;
/** Multiples of it, without their whole part, lie evenly however many there are. */
const golden = 0.618033988749895;

/** Dots in strips, spread so that they can be told apart: what each feature adds, row by row. */
export async function stripChart(options: StripChartOptions): Promise<Picture> {
  const { Plot, draw } = await loadDrawing();
  const { alt, strips, groups, axis, width = 420 } = options;
  const labels = strips.map(({ label }) => shorten(label, 26));
  const dots = strips.flatMap(({ dots }, place) =>
    dots.map(({ value, group }, at) => ({
      value,
      y: place + (((at + 1) * golden) % 1) * spread - spread / 2,
      fill: `var(--series${(groups[group]?.series ?? 0) + 1})`,
    })),
  );
  const marginLeft = 12 + Math.max(30, ...labels.map(textPixels));
  return draw(
    {
      width,
      height: 52 + strips.length * stripHeight,
      marginLeft,
      marginRight: 18,
      marginTop: 10,
      marginBottom: 42,
      x: { ...scaleOf(axis, ticksThatFit(axis, width - marginLeft - 18)), grid: true, nice: true },
      y: {
        type: "linear",
        domain: [-0.5, strips.length - 0.5],
        reverse: true,
        ticks: strips.map((_, place) => place),
        tickFormat: (place: number) => labels[place] ?? "",
        tickSize: 0,
        label: null,
      },
      marks: [
        Plot.ruleX([0], { stroke: "currentColor" }),
        Plot.dot(dots, { x: "value", y: "y", fill: "fill", fillOpacity: 0.75, r: 2.2 }),
      ],
    },
    { alt, legend: groups.map((group) => ({ ...group, shape: "area" as const })) },
  );
}
