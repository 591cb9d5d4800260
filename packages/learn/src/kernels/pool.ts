/**
 * Worker threads over one shared memory. A pool is lent to one session at a time. It is kept for a
 * while after, for the next one, and never keeps the process alive while it is idle. Shared memory
 * comes back only when the threads end, so a pool that grew large is ended at once; and so is one
 * that failed, because its threads may still wait for each other.
 */

import { kernelErrors } from "./errors.js";
import { kernelModule } from "./kernel-module.js";
import { Arena, type KernelCall, type Session } from "./session.js";
import type { StartWorker, WorkerAnswer, WorkerMessage, WorkerPort } from "./worker-port.js";

const IDLE_MS = 5000;
const KEPT_BYTES = 64 * 1024 * 1024;

/** What a pool is lent for. */
interface LendWish {
  /** For errors. */
  readonly doing: string;
  /** Stops what has not begun. */
  readonly signal?: AbortSignal | undefined;
}

interface Waiting {
  readonly resolve: (result: number) => void;
  readonly reject: (error: Error) => void;
}

/** One thread and the calls that it owes an answer. */
class PoolWorker {
  readonly #owed: Waiting[] = [];
  #port: WorkerPort | undefined;
  #dead: string | undefined;

  async start(startWorker: StartWorker): Promise<void> {
    this.#port = await startWorker({
      onAnswer: (answer) => this.#settle(answer),
      onDeath: (reason) => this.#die(reason),
    });
  }

  /** Whether it lives and owes nothing. */
  get free(): boolean {
    return this.#dead === undefined && this.#owed.length === 0;
  }

  send(message: WorkerMessage): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#dead !== undefined) return reject(new Error(this.#dead));
      this.#owed.push({ resolve, reject });
      this.#port?.keepAlive(true);
      this.#port?.post(message);
    });
  }

  end(): void {
    this.#die("the pool was closed");
    this.#port?.terminate();
  }

  #settle({ result, failure }: WorkerAnswer): void {
    const waiting = this.#owed.shift();
    if (this.#owed.length === 0) this.#port?.keepAlive(false);
    if (failure === undefined) waiting?.resolve(result ?? 0);
    else waiting?.reject(new Error(failure));
  }

  #die(reason: string): void {
    this.#dead ??= reason;
    for (const waiting of this.#owed.splice(0)) waiting.reject(new Error(reason));
  }
}

/** Worker threads over one shared memory; see the head of the file. */
export class Pool {
  readonly threads: number;
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared: true });
  readonly #workers: PoolWorker[];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(threads: number) {
    this.threads = threads;
    this.#workers = Array.from({ length: threads }, () => new PoolWorker());
  }

  /** Starts the threads; call once. */
  async start(startWorker: StartWorker): Promise<void> {
    const module = await kernelModule("shared");
    const { memory } = this;
    await Promise.all(
      this.#workers.map(async (worker) => {
        await worker.start(startWorker);
        await worker.send({ module, memory });
      }),
    ).catch((cause: Error) => this.#fail("starting", cause));
  }

  /** Whether it may be lent again. */
  get usable(): boolean {
    return (
      this.memory.buffer.byteLength <= KEPT_BYTES && this.#workers.every((worker) => worker.free)
    );
  }

  /** Ends the threads; what they had not finished fails. */
  end(): void {
    clearTimeout(this.#timer);
    for (const worker of this.#workers) worker.end();
  }

  /** Ends the threads after a while, unless `wake` is called before. */
  rest(onEnd: () => void): void {
    this.#timer = setTimeout(() => {
      onEnd();
      this.end();
    }, IDLE_MS);
    if (typeof this.#timer === "object") this.#timer.unref();
  }

  /** Takes the pool into use again. */
  wake(): void {
    clearTimeout(this.#timer);
  }

  /**
   * Lends it.
   * @param wish what it is wanted for
   * @param onClose called when the session is over
   */
  lend({ doing, signal }: LendWish, onClose: () => void): Session {
    const fail = (cause: Error) => this.#fail(doing, cause);
    return {
      threads: this.threads,
      inline: false,
      arena: new Arena(this.memory, doing),
      runAll: (calls) => this.#runAll(calls, signal).catch(fail),
      runTogether: (calls) => this.#runTogether(calls).catch(fail),
      close: onClose,
    };
  }

  #fail(doing: string, cause: Error): never {
    this.end();
    throw kernelErrors.KERNEL_WORKER_DIED({ doing, reason: cause.message }, cause);
  }

  #runTogether(calls: readonly KernelCall[]): Promise<number[]> {
    return Promise.all(
      calls.map(({ kernel, values }, thread) =>
        this.#workers[thread]!.send({ call: kernel, values }),
      ),
    );
  }

  async #runAll(calls: readonly KernelCall[], signal: AbortSignal | undefined): Promise<number[]> {
    const results = new Array<number>(calls.length).fill(0);
    let next = 0;
    await Promise.all(
      this.#workers.map(async (worker) => {
        while (next < calls.length && signal?.aborted !== true) {
          const mine = next++;
          const { kernel, values } = calls[mine]!;
          results[mine] = await worker.send({ call: kernel, values });
        }
      }),
    );
    return results;
  }
}
