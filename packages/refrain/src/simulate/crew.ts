import { setImmediate as nextTurn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { BlockCounts, BlockRange } from "./block.js";
import { type AnyScenario, makerOf } from "./maker.js";

/** Simulates blocks and appends them, in their order, to the files in a folder. */
export interface Crew {
  /** Calls `onBlock` after each written block; stops at the first error or abort. */
  run(blocks: readonly BlockRange[], onBlock: (counts: BlockCounts) => void): Promise<void>;
}

/** What a worker is started with. */
export interface WorkerTask {
  readonly scenario: AnyScenario;
  readonly folder: string;
}

/** To a worker: make this block, or write the block that was made. */
export type WorkerOrder = { readonly make: BlockRange } | { readonly write: true };

/** From a worker: the block is made, or written. */
export type WorkerReport = { readonly made: BlockCounts } | { readonly written: true };

/** A crew in this thread; lets the thread breathe between blocks. */
export function inlineCrew(task: WorkerTask, signal?: AbortSignal): Crew {
  return {
    async run(blocks, onBlock) {
      const maker = makerOf(task.scenario);
      for (const block of blocks) {
        await nextTurn();
        signal?.throwIfAborted();
        const counts = maker.make(block);
        maker.write(task.folder);
        onBlock(counts);
      }
    },
  };
}

/** Where the built worker lies, also when this file runs from its source. */
function workerUrl(): URL {
  return import.meta.url.endsWith(".ts")
    ? new URL("../../dist/simulate/worker.js", import.meta.url)
    : new URL("./worker.js", import.meta.url);
}

/**
 * A crew of worker threads: worker i makes blocks i, i + n, …; it writes a block when the one
 * before it is written, and its buffers are its only memory.
 */
export function threadCrew(task: WorkerTask, threads: number, signal?: AbortSignal): Crew {
  return {
    async run(blocks, onBlock) {
      const workers = Array.from(
        { length: Math.min(threads, blocks.length) },
        () => new Worker(workerUrl(), { workerData: task }),
      );
      let stop: (() => void) | undefined;
      try {
        await new Promise<void>((resolve, reject) => {
          stop = () => reject(signal?.reason);
          signal?.addEventListener("abort", stop);
          if (signal?.aborted) stop();
          const line = new WritingLine(workers, blocks, { onBlock, onEnd: resolve });
          workers.forEach((worker, index) => {
            worker.on("error", reject);
            worker.on("message", (report: WorkerReport) => line.hear(index, report));
          });
        });
      } finally {
        if (stop) signal?.removeEventListener("abort", stop);
        await Promise.all(workers.map((worker) => worker.terminate()));
      }
    },
  };
}

interface LineEvents {
  readonly onBlock: (counts: BlockCounts) => void;
  readonly onEnd: () => void;
}

/** Keeps the blocks in order: who has made the next one to be written may write it. */
class WritingLine {
  readonly #workers: readonly Worker[];
  readonly #blocks: readonly BlockRange[];
  readonly #events: LineEvents;
  readonly #made = new Map<number, BlockCounts>();
  readonly #at: number[];
  #next = 0;
  #writing = false;

  constructor(workers: readonly Worker[], blocks: readonly BlockRange[], events: LineEvents) {
    this.#workers = workers;
    this.#blocks = blocks;
    this.#events = events;
    this.#at = workers.map((_, index) => index);
    for (const index of workers.keys()) this.#order(index);
    if (blocks.length === 0) events.onEnd();
  }

  hear(index: number, report: WorkerReport): void {
    if ("made" in report) {
      this.#made.set(this.#at[index]!, report.made);
      this.#grant();
      return;
    }
    this.#writing = false;
    this.#events.onBlock(this.#made.get(this.#next)!);
    this.#made.delete(this.#next);
    this.#next += 1;
    this.#at[index]! += this.#workers.length;
    this.#order(index);
    if (this.#next === this.#blocks.length) this.#events.onEnd();
    else this.#grant();
  }

  #order(index: number): void {
    const block = this.#blocks[this.#at[index]!];
    if (block) this.#send(index, { make: block });
  }

  #grant(): void {
    if (this.#writing || !this.#made.has(this.#next)) return;
    this.#writing = true;
    this.#send(this.#next % this.#workers.length, { write: true });
  }

  #send(index: number, order: WorkerOrder): void {
    this.#workers[index]!.postMessage(order);
  }
}
