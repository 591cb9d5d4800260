import { parentPort, workerData } from "node:worker_threads";
import type { WorkerOrder, WorkerReport, WorkerTask } from "./crew.js";
import { makerOf } from "./maker.js";

const task = workerData as WorkerTask;
const maker = makerOf(task.scenario);

parentPort?.on("message", (order: WorkerOrder) => {
  let report: WorkerReport;
  if ("make" in order) {
    report = { made: maker.make(order.make) };
  } else {
    maker.write(task.folder);
    report = { written: true };
  }
  parentPort?.postMessage(report);
});
