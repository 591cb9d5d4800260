/** One side of a pair in a process of its own, so that its peak memory is its own; `out` stays. */
import { ingest, openLake } from "refrain";
import { copyByHand } from "./copy-by-hand.js";

const [side, work, out, bucketsGiven, ...paths] = process.argv.slice(2);
if (!side || !out || (work !== "delimited" && work !== "jsonl")) {
  throw new Error("Give ours or copy, delimited or jsonl, a folder, buckets, and files.");
}
const cpuBefore = process.cpuUsage();
const started = performance.now();
let kept = 0;
if (side === "ours") {
  const source = work === "jsonl" ? "pozytywka" : "musicbox";
  const kind = work === "jsonl" ? "sessions" : "play";
  const limits = { threads: 2 };
  const done = await ingest({ inputs: paths, source, kind, lake: out, limits });
  kept = done.rows.kept;
} else await copyByHand({ work, paths, out, buckets: Number(bucketsGiven) });
const seconds = (performance.now() - started) / 1000;
const peakMemoryBytes = process.resourceUsage().maxRSS * 1024;
const { user, system } = process.cpuUsage(cpuBefore);
const cpuSeconds = (user + system) / 1e6;
const files = side === "ours" ? (await openLake(out)).manifest.files : [];
const buckets = Math.max(1, ...files.map((file) => file.buckets ?? 1));
process.stdout.write(JSON.stringify({ seconds, peakMemoryBytes, cpuSeconds, kept, buckets }));
