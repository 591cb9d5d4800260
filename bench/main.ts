/** `npm run bench -- WORK… [--json FILE] [--quick]`: us and the peers, interleaved, in one run. */
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import type { BenchOptions, BenchRow } from "./row.js";

type Bench = (options: BenchOptions) => Promise<BenchRow[]>;

/** One line a work; each is loaded only when it is asked for. */
const works: Readonly<Record<string, () => Promise<Bench>>> = {
  ingest: async () => (await import("./ingest.js")).ingestBench,
  features: async () => (await import("./features.js")).featuresBench,
  simulate: async () => (await import("./simulate.js")).simulateBench,
  trees: async () => (await import("./learn/trees.js")).treesBench,
  linear: async () => (await import("./learn/linear.js")).linearBench,
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
  rows.push(...(await bench({ quick: values.quick })));
}

const table = new Table({
  head: ["work", "rows", "ours s (min-max)", "MB", "peer", "s (min-max)", "ratio", "reach", "aim"],
});
const spread = (one: { seconds: number; min: number; max: number }): string =>
  `${one.seconds.toFixed(2)} (${one.min.toFixed(2)}-${one.max.toFixed(2)})`;
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
console.log(
  `${cpus()[0]?.model ?? "CPU"}, ${availableParallelism()} cores, Node ${process.version}`,
);
console.log(table.toString());
if (values.json) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
