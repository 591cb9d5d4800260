import { foundationErrors } from "./errors.js";

/** The longest that a loop computes before it lets the event loop run, in milliseconds. */
const SLICE_MS = 15;

/**
 * Lets timers, messages and an abort through; a macrotask, since microtasks let nothing through.
 */
function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}

/**
 * Keeps a long computation stoppable on one thread: an AbortSignal can only fire while the event
 * loop runs. Call `pause` between pieces of a few milliseconds. When it yields depends on the
 * clock; what is computed never does.
 */
export class Pacer {
  readonly #signal: AbortSignal | undefined;
  readonly #doing: string;
  #last = performance.now();

  /**
   * @param signal stops the work
   * @param doing what is being done, for the error: `fitting logistic`
   */
  constructor(signal: AbortSignal | undefined, doing: string) {
    this.#signal = signal;
    this.#doing = doing;
    this.check();
  }

  /** @throws LEARN_STOPPED once the signal has fired */
  check(): void {
    if (this.#signal?.aborted === true) {
      throw foundationErrors.LEARN_STOPPED({ doing: this.#doing }, this.#signal.reason);
    }
  }

  /**
   * Polls the signal, and lets the event loop run where it has waited long enough.
   * @throws LEARN_STOPPED once the signal has fired
   */
  async pause(): Promise<void> {
    if (performance.now() - this.#last >= SLICE_MS) {
      await yieldToEventLoop();
      this.#last = performance.now();
    }
    // Once a call, whatever the clock says, so that polls can be counted.
    this.check();
  }

  /**
   * Waits for what cannot be stopped itself, and no longer than the signal lets it.
   * @param late receives what comes when nobody waits for it any more
   * @throws LEARN_STOPPED as soon as the signal fires
   */
  async until<Result>(work: Promise<Result>, late: (result: Result) => void): Promise<Result> {
    const signal = this.#signal;
    if (signal === undefined) return await work;
    let stop = (): void => undefined;
    const stopped = new Promise<undefined>((resolve) => {
      stop = () => resolve(undefined);
      signal.addEventListener("abort", stop);
    });
    const both = [work.then((result) => ({ result })), stopped];
    const first = await Promise.race(both).finally(() => {
      signal.removeEventListener("abort", stop);
    });
    if (first !== undefined && !signal.aborted) return first.result;
    work.then(late, () => undefined);
    this.check();
    return await work;
  }
}
