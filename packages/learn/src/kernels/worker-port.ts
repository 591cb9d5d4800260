/** Where worker threads are started: Node and browsers behind one interface. */

/** A message to a worker: first the module and its memory, then calls. */
export type WorkerMessage =
  | { readonly module: WebAssembly.Module; readonly memory: WebAssembly.Memory }
  | { readonly call: string; readonly values: readonly (number | bigint)[] };

/** A worker's answer: it is ready, a call's result, or what went wrong. */
export interface WorkerAnswer {
  /** What the kernel returned; 0 where it returns nothing. */
  readonly result?: number;
  /** Why it failed. */
  readonly failure?: string;
}

/** One worker thread as the pool sees it. */
export interface WorkerPort {
  /** Sends a message; answers come in the order of messages. */
  readonly post: (message: WorkerMessage) => void;
  /** Ends the thread. */
  readonly terminate: () => void;
  /** Whether the thread keeps the process alive. */
  readonly keepAlive: (alive: boolean) => void;
}

/** What a port tells its owner. */
interface PortEvents {
  /** An answer has come. */
  readonly onAnswer: (answer: WorkerAnswer) => void;
  /** The thread is gone. */
  readonly onDeath: (reason: string) => void;
}

/** Starts a worker thread. */
export type StartWorker = (events: PortEvents) => Promise<WorkerPort>;

/** Sources run from src in tests; a worker runs from what was built. */
function workerUrl(): URL {
  const inSources = import.meta.url.includes("/src/kernels/");
  return new URL(inSources ? "../../dist/kernels/worker.js" : "./worker.js", import.meta.url);
}

function startInBrowser({ onAnswer, onDeath }: PortEvents): WorkerPort {
  const worker = new Worker(workerUrl(), { type: "module" });
  worker.onmessage = (event: MessageEvent<WorkerAnswer>) => onAnswer(event.data);
  worker.onerror = (event) => onDeath(event.message);
  return {
    post: (message) => worker.postMessage(message),
    terminate: () => worker.terminate(),
    keepAlive: () => undefined,
  };
}

async function startInNode({ onAnswer, onDeath }: PortEvents): Promise<WorkerPort> {
  const threads = await import("node:worker_threads");
  const worker = new threads.Worker(workerUrl(), { execArgv: [] });
  worker.on("message", onAnswer);
  worker.on("error", (error: Error) => onDeath(error.message));
  worker.on("exit", (code: number) => onDeath(`it ended with code ${code}`));
  return {
    post: (message) => worker.postMessage(message),
    terminate: () => void worker.terminate(),
    keepAlive: (alive) => (alive ? worker.ref() : worker.unref()),
  };
}

/** Starts a worker thread of this platform. */
export const startWorker: StartWorker = async (events) =>
  typeof Worker === "undefined" ? await startInNode(events) : startInBrowser(events);

/** Whether threads can share memory here: browsers forbid it to pages that are not isolated. */
export function canShareMemory(): boolean {
  const isolated = (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated;
  return typeof SharedArrayBuffer !== "undefined" && isolated !== false;
}

/** Number of threads that this machine runs at once. */
export async function coreCount(): Promise<number> {
  if (typeof Worker !== "undefined") return navigator.hardwareConcurrency;
  return (await import("node:os")).availableParallelism();
}
