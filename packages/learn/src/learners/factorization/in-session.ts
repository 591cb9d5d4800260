/** Work in a session's memory and threads. */
import type { Pacer } from "../../foundation/index.js";
import { type KernelCall, openSession, type Session } from "../../kernels/index.js";

/** What a session is wanted for, see `openSession`. */
type Wish = Parameters<typeof openSession>[0];

/** What may be said about any work in kernels. */
export interface WorkExtras {
  readonly threads?: number | undefined;
  readonly memoryLimit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Lends a session to some work, and takes it back whatever happens.
 * @param wish what it is wanted for, and its elementary steps, roughly
 * @throws KERNEL_WORKER_DIED, LEARN_STOPPED, and what the work throws
 */
export async function inSession<Result>(
  { doing, steps }: Pick<Wish, "doing" | "steps">,
  { threads = 0, signal }: WorkExtras,
  pacer: Pacer,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const opening = openSession({ doing, steps, threads, signal });
  const session = await pacer.until(opening, (late) => late.close());
  try {
    return await work(session);
  } finally {
    session.close();
  }
}

/** Work that threads take part by part. */
export interface PartedWork {
  readonly kernel: "alsTop" | "alsWork" | "bprWork" | "sparseTop";
  /** Of a plan whose first words are `stop` and the next part, both 0, and the number of parts. */
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
