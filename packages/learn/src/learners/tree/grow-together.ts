/** What fits of trees share: the order of columns, and threads that grow while the caller looks. */
import type { Pacer } from "../../foundation/index.js";
import { type Frame, fingerprint } from "../../frame/index.js";
import type { KernelCall, Session } from "../../kernels/index.js";

/** How often running threads are looked at, in milliseconds. */
const LOOK_MS = 10;

/**
 * The table with its columns in order of their names, so that neither draws of columns nor ties
 * of splits depend on where they stand.
 * @returns also the place of each sorted column in the table
 */
export function byName(frame: Frame) {
  const places = [...frame.columns.keys()].sort((a, b) =>
    frame.columns[a]!.name < frame.columns[b]!.name ? -1 : 1,
  );
  return { places, sorted: frame.select(places.map((place) => frame.columns[place]!.name)) };
}

/** The model's card wants the table's hash: it is made while the threads work. */
async function hashColumns(frame: Frame, pacer: Pacer): Promise<void> {
  for (const column of frame.columns) {
    await pacer.pause();
    fingerprint(column);
  }
}

/** Threads that grow trees, and who watches them. */
export interface GrowingThreads {
  /** The call of each thread. */
  readonly callOf: (thread: number) => KernelCall;
  /** Tells the threads to stop. */
  readonly stop: () => void;
  /** Looks how far they are. */
  readonly report: () => void;
  /** Table of the fit. */
  readonly frame: Frame;
  readonly signal: AbortSignal | undefined;
  readonly pacer: Pacer;
}

/**
 * Runs one call a thread to its end.
 * @throws LEARN_STOPPED once the signal has fired, KERNEL_WORKER_DIED
 */
export async function growTogether(session: Session, growing: GrowingThreads): Promise<void> {
  const { callOf, stop, report, frame, signal, pacer } = growing;
  const calls = Array.from({ length: session.threads }, (_, thread) => callOf(thread));
  signal?.addEventListener("abort", stop);
  const timer = session.inline ? undefined : setInterval(report, LOOK_MS);
  try {
    const running = session.runTogether(calls);
    await (session.inline ? running : Promise.all([running, hashColumns(frame, pacer)]));
  } finally {
    clearInterval(timer);
    signal?.removeEventListener("abort", stop);
  }
  pacer.check();
  report();
}
