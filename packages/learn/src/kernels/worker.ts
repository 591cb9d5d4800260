/** The file that a worker thread runs: calls kernels by name, one after the other. */
import { instantiate, type KernelName, type Kernels } from "./kernel-module.js";
import type { WorkerAnswer, WorkerMessage } from "./worker-port.js";

let kernels: Promise<Kernels> | undefined;

async function answer(message: WorkerMessage): Promise<WorkerAnswer> {
  try {
    if ("module" in message) {
      kernels = instantiate(message.module, message.memory);
      await kernels;
      return { result: 0 };
    }
    const kernel = (await kernels)?.[message.call as KernelName];
    if (kernel === undefined) return { failure: `there is no kernel ${message.call}` };
    return { result: kernel(...message.values) ?? 0 };
  } catch (error) {
    return { failure: String(error) };
  }
}

if (typeof WorkerGlobalScope === "undefined") {
  const { parentPort } = await import("node:worker_threads");
  parentPort?.on("message", async (message: WorkerMessage) => {
    parentPort.postMessage(await answer(message));
  });
} else {
  self.onmessage = async (event: MessageEvent<WorkerMessage>) => {
    self.postMessage(await answer(event.data));
  };
}

declare const WorkerGlobalScope: unknown;
