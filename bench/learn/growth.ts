/**
 * How time and memory of boosting grow with rows, columns, leaves and threads: one process a point,
 * and a picture in docs/reference/growth.svg.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { BenchOptions, BenchRow } from "../row.js";
import { type GrowthPanel, growthPicture, slopeOf } from "./growth-picture.js";

interface Size {
  readonly rows: number;
  readonly columns: number;
  readonly leaves: number;
  readonly threads: number;
  readonly rounds: number;
}

interface Measured extends Size {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly bytes: number;
  readonly peakMemoryBytes: number;
}

type Grown = "rows" | "columns" | "leaves" | "threads";

const script = fileURLToPath(new URL("./growth-ours.ts", import.meta.url));
const picture = fileURLToPath(new URL("../../docs/reference/growth.svg", import.meta.url));
const base: Size = {
  rows: 200_000,
  columns: 28,
  leaves: 63,
  threads: availableParallelism(),
  rounds: 20,
};
/** The longest takes some 20 seconds on two quiet cores, all of them less than three minutes. */
const series: Readonly<Record<Grown, readonly number[]>> = {
  rows: [10_000, 40_000, 160_000, 640_000, 2_000_000, 4_000_000],
  columns: [24, 48, 96, 192],
  leaves: [15, 63, 255, 1023],
  threads: [1, 2],
};
const quickSeries: typeof series = {
  rows: [2000, 4000],
  columns: [24, 28],
  leaves: [7, 15],
  threads: [1, 2],
};

function measure(size: Size): Measured {
  const args = ["--import", "tsx", script, JSON.stringify(size)];
  const text = execFileSync(process.execPath, args, { encoding: "utf8" });
  return { ...size, ...(JSON.parse(text) as Omit<Measured, keyof Size>) };
}

function rowOf(grown: Grown, one: Measured, slope: string): BenchRow {
  const { seconds, peakMemoryBytes } = one;
  const quality = { name: "processor seconds", value: one.cpuSeconds };
  return {
    work: `boosting over ${grown} (${grown} ${one[grown]}${slope})`,
    rows: one.rows,
    columns: one.columns,
    threads: one.threads,
    ours: { seconds, min: seconds, max: seconds, peakMemoryBytes, quality },
    peers: [],
    ...(grown === "rows" && slope !== "" ? { reach: "slope ≤ 1.05" } : {}),
  };
}

function panelOf(grown: Grown, points: readonly Measured[]): GrowthPanel {
  const line = (value: (one: Measured) => number) =>
    points.map((one) => [one[grown], value(one)] as const);
  return {
    title: `over ${grown}`,
    x: grown,
    y: "s, GB",
    lines: [
      { name: "seconds", points: line(({ seconds }) => seconds) },
      { name: "processor seconds", points: line(({ cpuSeconds }) => cpuSeconds) },
      { name: "memory, GB", points: line(({ bytes }) => bytes / 1e9) },
    ],
  };
}

/**
 * Measures each series, 20 trees a point.
 * @param options `quick`: two points of a few thousand rows, and no picture
 * @returns a row a point; the last of a series says the slopes of time (processor seconds, which
 *   other processes move least) and of memory
 */
export async function growthBench(options: BenchOptions): Promise<BenchRow[]> {
  const wanted = options.quick ? quickSeries : series;
  const table: BenchRow[] = [];
  const panels: GrowthPanel[] = [];
  for (const grown of Object.keys(wanted) as Grown[]) {
    const points = wanted[grown].map((value) => measure({ ...base, [grown]: value }));
    panels.push(panelOf(grown, points));
    const time = slopeOf(points.map((one) => [one[grown], one.cpuSeconds]));
    const memory = slopeOf(points.map((one) => [one[grown], one.bytes]));
    const slopes = `; slope of time ${time.toFixed(2)}, of memory ${memory.toFixed(2)}`;
    for (const [k, one] of points.entries()) {
      table.push(rowOf(grown, one, k === points.length - 1 ? slopes : ""));
    }
  }
  if (!options.quick) writeFileSync(picture, growthPicture(panels));
  return table;
}
