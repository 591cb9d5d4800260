import { Pacer } from "../foundation/index.js";
import type { ExplainExtras } from "./contract.js";
import { explainErrors } from "./errors.js";

/** Bytes that an explanation may take unless told. */
const MEMORY_LIMIT_BYTES = 2 ** 31;

/** Watches a long explanation: looks at the signal, and says how far it is. */
export class Watch {
  readonly #pacer: Pacer;
  readonly #extras: ExplainExtras;
  readonly #total: number;
  readonly #started = performance.now();
  #done = 0;

  /**
   * @param doing for errors: `explaining trees`
   * @param total how many steps there are
   * @throws LEARN_STOPPED
   */
  constructor(doing: string, total: number, extras: ExplainExtras) {
    this.#pacer = new Pacer(extras.signal, doing);
    this.#extras = extras;
    this.#total = total;
  }

  /**
   * Counts steps as done.
   * @throws LEARN_STOPPED
   */
  async advance(steps: number): Promise<void> {
    this.#done += steps;
    await this.#pacer.pause();
    const seconds = (performance.now() - this.#started) / 1000;
    this.#extras.onProgress?.({
      done: this.#done,
      total: this.#total,
      secondsLeft: this.#done > 0 ? (seconds * (this.#total - this.#done)) / this.#done : 0,
    });
  }

  /**
   * Looks at the signal.
   * @throws LEARN_STOPPED
   */
  pause(): Promise<void> {
    return this.#pacer.pause();
  }
}

/**
 * Refuses work whose memory is known to be too much, before it starts.
 * @throws EXPLAIN_MEMORY
 */
export function planMemory(doing: string, bytes: number, extras: ExplainExtras): void {
  const limit = extras.memoryLimitBytes ?? MEMORY_LIMIT_BYTES;
  if (bytes > limit) throw explainErrors.EXPLAIN_MEMORY({ doing, bytes, limit });
}
