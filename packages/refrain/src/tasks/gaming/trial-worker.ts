import { parentPort, workerData } from "node:worker_threads";
import { Frame, numberColumn } from "@refrain/learn";
import { crossScores, unlessUnfit } from "./cross-fit.js";
import { findMethod } from "./methods.js";
import type { TrialOrder, TrialReport, TrialTask } from "./trial-thread.js";

const { names, values, seed, threads, ...marked } = workerData as TrialTask;
const features = new Frame(names.map((name, at) => numberColumn(name, values[at]!)));
const rows = { ...marked, features };

async function tryOne({ method }: TrialOrder): Promise<TrialReport> {
  const started = performance.now();
  try {
    const work = () => crossScores(findMethod(method), rows, { seed, threads });
    const scores = await unlessUnfit(work);
    return { method, scores, seconds: (performance.now() - started) / 1000 };
  } catch {
    // Who asked tries again, and hears what is wrong.
    return { method, failed: true };
  }
}

parentPort?.on("message", async (order: TrialOrder) => {
  parentPort?.postMessage(await tryOne(order));
});
