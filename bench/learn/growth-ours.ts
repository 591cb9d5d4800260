/** One fit of a growing work: `growth-ours.ts JSON` draws, warms up, fits, answers a line. */
import { boosting, Frame, numberColumn } from "@refrain/learn";
import { drawTrees } from "./trees-data.js";

const text = process.argv[2]!;
const { rows, columns, leaves, threads, rounds } = JSON.parse(text) as Record<string, number>;

function tableOf(count: number) {
  const data = new Float64Array(drawTrees(count, columns!).buffer);
  const column = (place: number) => data.subarray(place * count, (place + 1) * count);
  const names = Array.from({ length: columns! }, (_, j) => numberColumn(`c${j}`, column(j)));
  return { frame: new Frame(names), target: column(columns!) };
}

const small = tableOf(20_000);
await boosting.fit(small.frame, small.target, { rounds: 20 }, { threads: threads! });
const { frame, target } = tableOf(rows!);
const before = process.memoryUsage().rss;
const cpu = process.cpuUsage();
const started = performance.now();
await boosting.fit(frame, target, { rounds: rounds!, maxLeaves: leaves! }, { threads: threads! });
const seconds = (performance.now() - started) / 1000;
const used = process.cpuUsage(cpu);
const peak = process.resourceUsage().maxRSS * 1024;
const cpuSeconds = (used.user + used.system) / 1e6;
console.log(JSON.stringify({ seconds, cpuSeconds, bytes: peak - before, peakMemoryBytes: peak }));
