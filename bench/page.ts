/** docs/reference/benchmarks.md, made anew from bench/results/*.json. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import type { BenchRow, BenchSide } from "./row.js";

/** One run of one work, as it is kept. */
interface BenchResult {
  readonly work: string;
  readonly machine: string;
  /** Processes that wanted the cores over the minute before the run. */
  readonly loadBefore: number;
  readonly rows: readonly BenchRow[];
}

const results = fileURLToPath(new URL("results/", import.meta.url));
const page = fileURLToPath(new URL("../docs/reference/benchmarks.md", import.meta.url));

/** Machine and versions in one line. */
export function machine(): string {
  const model = cpus()[0]?.model ?? "CPU";
  return `${model}, ${availableParallelism()} cores, Node ${process.version}`;
}

/** The load now; asked before a run begins. */
export function loadNow(): number {
  return Math.round((loadavg()[0] ?? 0) * 10) / 10;
}

/** Keeps a run and writes the page anew. */
export function keepResult(work: string, rows: readonly BenchRow[], loadBefore: number): void {
  mkdirSync(results, { recursive: true });
  const result: BenchResult = { work, machine: machine(), loadBefore, rows };
  writeFileSync(`${results}${work}.json`, `${JSON.stringify(result, null, 2)}\n`);
  const all = readdirSync(results)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => JSON.parse(readFileSync(`${results}${name}`, "utf8")) as BenchResult);
  writeFileSync(page, benchmarksPage(all));
  const learn = readFileSync(learnReadme, "utf8");
  writeFileSync(learnReadme, learn.replace(betweenMarks, `$1\n\n${learnTable(all)}\n\n$2`));
}

/** The library's own page shows its works in short. */
const learnReadme = fileURLToPath(new URL("../packages/learn/README.md", import.meta.url));
const betweenMarks = /(<!-- benchmarks -->)[\s\S]*(<!-- end of benchmarks -->)/;
const learnWorks = [
  ...["trees", "forest", "linear", "shap", "score"],
  ...["isolation", "detectors", "neighbours", "als", "bpr", "lstm"],
];

function learnTable(all: readonly BenchResult[]): string {
  const shown = all.filter(({ work }) => learnWorks.includes(work));
  const lines = shown.flatMap(({ rows }) => rows.map(shortLine));
  return `| work | rows | ours, s | peer | s | ratio | memory |
|---|---|---|---|---|---|---|
${lines.join("\n")}`;
}

function shortLine({ work, rows, ours, peers, ratio }: BenchRow): string {
  const peer = peers[0];
  const memory = peer ? (ours.peakMemoryBytes / peer.peakMemoryBytes).toFixed(2) : "–";
  const cells = [
    work,
    rows.toLocaleString("en"),
    ours.seconds.toPrecision(3),
    peer ? `${peer.name} ${peer.version}` : "–",
    peer?.seconds.toPrecision(3) ?? "–",
    ratio?.toFixed(2) ?? "–",
    memory,
  ];
  return `| ${cells.join(" | ")} |`;
}

/** Seconds with their spread: `1.20 (1.10-1.31)`. */
export function spread(one: BenchSide): string {
  return `${one.seconds.toFixed(2)} (${one.min.toFixed(2)}-${one.max.toFixed(2)})`;
}

function benchmarksPage(all: readonly BenchResult[]): string {
  const parts = all.map(
    ({ work, machine: where, loadBefore, rows }) => `## ${work}

\`npm run bench -- ${work}\` · ${where} · load before the run ${loadBefore}

| work | rows | ours, s | MB | quality | peer | s | MB | ratio | owed | wanted |
|---|---|---|---|---|---|---|---|---|---|---|
${rows.map(line).join("\n")}
${work === "growth" ? "\n![Time and memory as tables grow](growth.svg)\n" : ""}`,
  );
  return `# Benchmarks

Written by \`npm run bench\`, never by hand. Both sides run in turn, in processes of their own, on
the same files; seconds are medians with the least and the most; ratio = ours / the first peer. A
load above the number of cores means that the machine was not quiet: read
the ratio, not the seconds.

${parts.join("\n")}`;
}

function line({ work, rows, ours, peers, ratio, reach, aim }: BenchRow): string {
  const peer = peers[0];
  const digits = (value: number): number => Number(value.toPrecision(4));
  const theirs = peer?.quality ? ` (theirs ${digits(peer.quality.value)})` : "";
  const quality = ours.quality
    ? `${ours.quality.name} ${digits(ours.quality.value)}${theirs}`
    : "–";
  const cells = [
    work,
    rows.toLocaleString("en"),
    spread(ours),
    Math.round(ours.peakMemoryBytes / 1e6),
    quality,
    peer ? `${peer.name} ${peer.version}` : "–",
    peer ? spread(peer) : "–",
    peer ? Math.round(peer.peakMemoryBytes / 1e6) : "–",
    ratio?.toFixed(2) ?? "–",
    reach ?? "–",
    aim ?? "–",
  ];
  return `| ${cells.join(" | ")} |`;
}
