import type { Pacer } from "../../foundation/index.js";
import type { KernelCall, Session } from "../../kernels/index.js";

/** Work that threads take part by part. */
export interface PartedWork {
  readonly kernel: "alsWork" | "alsTop";
  /** Of a plan whose first words are `stop` and the next part, both 0. */
  readonly address: number;
  readonly parts: number;
  readonly signal: AbortSignal | undefined;
  readonly pacer: Pacer;
}

const MOST_PARTS = 0x7fffffff;

/**
 * Runs all parts: on all threads at once, or one after the other in the calling thread.
 * @throws LEARN_STOPPED, KERNEL_WORKER_DIED
 */
export async function takeParts(session: Session, work: PartedWork): Promise<void> {
  const { inline, threads, arena } = session;
  const { kernel, address, parts, signal, pacer } = work;
  const most = inline ? 1 : MOST_PARTS;
  const calls = Array.from({ length: threads }, (_, thread): KernelCall => {
    return { kernel, values: [address, thread, most] };
  });
  const stop = (): void => {
    Atomics.store(arena.integers(address, 1), 0, 1);
  };
  signal?.addEventListener("abort", stop);
  try {
    for (let done = 0; done < parts; done += inline ? 1 : parts) {
      await pacer.pause();
      await session.runTogether(calls);
    }
  } finally {
    signal?.removeEventListener("abort", stop);
  }
  pacer.check();
}
