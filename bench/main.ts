/**
 * `npm run bench -- WORK… [--json FILE] [--quick]`: us and the peers, in turn, in one run. A run
 * that is not quick is kept in bench/results and shown in docs/reference/benchmarks.md.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { keepResult, loadNow, machine, spread } from "./page.js";
import type { BenchOptions, BenchRow } from "./row.js";

type Bench = (options: BenchOptions) => Promise<BenchRow[]>;

/** One line a work; each is loaded only when it is asked for. */
const works: Readonly<Record<string, () => Promise<Bench>>> = {
  ingest: async () => (await import("./ingest.js")).ingestBench,
  "ingest-memory": async () => (await import("./ingest.js")).ingestMemoryBench,
  features: async () => (await import("./features.js")).featuresBench,
  simulate: async () => (await import("./simulate.js")).simulateBench,
  trees: async () => (await import("./learn/trees.js")).treesBench,
  growth: async () => (await import("./learn/growth.js")).growthBench,
  kernels: async () => (await import("./learn/kernels.js")).kernelsBench,
  products: async () => (await import("./learn/products.js")).productsBench,
  forest: async () => (await import("./learn/forest.js")).forestBench,
  score: async () => (await import("./learn/score.js")).scoreBench,
  shap: async () => (await import("./learn/shap.js")).shapBench,
  als: async () => (await import("./learn/als.js")).alsBench,
  bpr: async () => (await import("./learn/als.js")).bprBench,
  lstm: async () => (await import("./learn/lstm.js")).lstmBench,
  linear: async () => (await import("./learn/linear.js")).linearBench,
  detectors: async () => (await import("./learn/detectors.js")).detectorsBench,
  isolation: async () => (await import("./learn/isolation.js")).isolationBench,
  neighbours: async () => (await import("./learn/neighbours.js")).neighboursBench,
  gaming: async () => (await import("./gaming.js")).gamingBench,
  raters: async () => (await import("./raters.js")).ratersBench,
  stop: async () => (await import("./learn/stop.js")).stopBench,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "string" },
    quick: { type: "boolean", default: false },
  },
});
const unknown = positionals.filter((name) => !(name in works));
if (unknown.length > 0) {
  console.error(`No work ${unknown.join(", ")}; there are ${Object.keys(works).join(", ")}.`);
  process.exit(2);
}

const rows: BenchRow[] = [];
for (const name of positionals.length > 0 ? positionals : Object.keys(works)) {
  const bench = await works[name]!();
  const loadBefore = loadNow();
  const measured = await bench({ quick: values.quick });
  rows.push(...measured);
  if (!values.quick) keepResult(name, measured, loadBefore);
}

const table = new Table({
  head: ["work", "rows", "ours s (min-max)", "MB", "peer", "s (min-max)", "ratio", "reach", "aim"],
});
for (const row of rows) {
  const peer = row.peers[0];
  table.push([
    row.work,
    row.rows.toLocaleString("en"),
    spread(row.ours),
    Math.round(row.ours.peakMemoryBytes / 1e6),
    peer ? `${peer.name} ${peer.version}` : "–",
    peer ? spread(peer) : "–",
    row.ratio?.toFixed(2) ?? "–",
    row.reach ?? "–",
    row.aim ?? "–",
  ]);
}
console.log(machine());
console.log(table.toString());
if (values.json) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
