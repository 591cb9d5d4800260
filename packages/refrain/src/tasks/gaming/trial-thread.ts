/**
 * Methods that need marks, cross-fitted on a thread of their own while the unmarked day is read and
 * the others are tried. Each method's scores are the same on any thread.
 */
import { Worker } from "node:worker_threads";
import type { CrossFitOptions, MarkedRows } from "./cross-fit.js";
import type { Method } from "./methods.js";

/** What the thread is started with. */
export interface TrialTask extends Omit<MarkedRows, "features"> {
  readonly names: readonly string[];
  /** One column a name. */
  readonly values: readonly Float64Array[];
  readonly seed: number;
  readonly threads: number;
}

/** To the thread: cross-fit this method. */
export interface TrialOrder {
  readonly method: string;
}

/** From the thread; without scores the method cannot take the data. */
export type TrialReport =
  | { readonly method: string; readonly scores: Float64Array | undefined; readonly seconds: number }
  | { readonly method: string; readonly failed: true };

/** A method that was tried apart. */
export interface ApartTrial {
  readonly method: Method;
  /** Absent where it cannot take the data. */
  readonly scores: Float64Array | undefined;
  readonly seconds: number;
}

/** Where the built worker lies, also when this file runs from its source. */
function workerUrl(): URL {
  return import.meta.url.endsWith(".ts")
    ? new URL("../../../dist/tasks/gaming/trial-worker.js", import.meta.url)
    : new URL("./trial-worker.js", import.meta.url);
}

/** A thread that takes methods from the front of a list, whose end others may take. */
export class TrialThread {
  /** Threads that a method has, here and there. */
  readonly threads: number;
  readonly #worker: Worker;
  readonly #left: Method[];
  readonly #done: ApartTrial[] = [];
  readonly #finished: Promise<void>;
  #current: Method | undefined;

  constructor(
    methods: readonly Method[],
    { features, label, userCodes, files }: MarkedRows,
    { seed, threads = 1, signal }: CrossFitOptions,
  ) {
    this.threads = threads;
    const values = features.names.map((name) => Float64Array.from(features.numbers(name)));
    const task = { names: features.names, values, label, userCodes, files, seed, threads };
    this.#left = [...methods];
    this.#worker = new Worker(workerUrl(), { workerData: task satisfies TrialTask });
    this.#finished = new Promise((resolve) => {
      this.#worker.on("message", (report: TrialReport) => {
        if (!this.#hear(report)) resolve();
      });
      // A thread that ends leaves what it had begun to others.
      this.#worker.on("error", () => resolve());
      this.#worker.on("exit", () => resolve());
      if (!this.#next()) resolve();
    });
    signal?.addEventListener("abort", () => void this.close(), { once: true });
  }

  /** The last method that nobody has begun. */
  take(): Method | undefined {
    return this.#left.pop();
  }

  /** Waits for the method under way; @returns what was tried, and what was given up */
  async finish(): Promise<{ done: readonly ApartTrial[]; left: readonly Method[] }> {
    await this.#finished;
    const begun = this.#current === undefined ? [] : [this.#current];
    return { done: this.#done, left: [...begun, ...this.#left.splice(0)] };
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  /** @returns whether there is more to do */
  #hear(report: TrialReport): boolean {
    if ("failed" in report) return false;
    const { scores, seconds } = report;
    this.#done.push({ method: this.#current!, scores, seconds });
    return this.#next();
  }

  #next(): boolean {
    this.#current = this.#left.shift();
    if (this.#current === undefined) return false;
    this.#worker.postMessage({ method: this.#current.name } satisfies TrialOrder);
    return true;
  }
}
