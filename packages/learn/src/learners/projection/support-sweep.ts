/** Scores of tables by support vectors: rows go to the kernels some at a time. */

import type { Pacer } from "../../foundation/index.js";
import { type KernelCall, openSession, type Session } from "../../kernels/index.js";
import type { PredictExtras } from "../contract.js";
import { runCalls } from "../run-calls.js";
import { logsOf, type SupportParts, scaledTo } from "./support-rows.js";

/** A table on its way to its scores. */
export interface SupportWork {
  /** In order of their names. */
  readonly columns: readonly Float64Array[];
  readonly rowCount: number;
  readonly doing: string;
  readonly pacer: Pacer;
}

/** Kernels of a call: a millisecond or two. */
const KERNELS_PER_CALL = 300_000;
/** Elementary steps of an exponential beside those of its distance. */
export const EXPONENTIAL_STEPS = 16;

/** Support vectors in kernel memory, an even number of them. */
function putSupports({ arena }: Session, { supports, weights, means }: SupportParts) {
  const width = means.length;
  const most = weights.length + (weights.length % 2);
  const vectors = arena.allocate(4 * most * width);
  const logs = arena.allocate(8 * most);
  const rows = arena.floats(vectors, most * width);
  rows.fill(0).set(supports);
  arena.doubles(logs, most).fill(Number.NEGATIVE_INFINITY).set(logsOf(weights));
  return { vectors, logs, most, width };
}

/** Room for the rows of one call. */
function roomFor({ arena }: Session, rows: number, most: number, width: number) {
  return {
    rows: arena.allocate(4 * rows * width),
    distances: arena.allocate(4 * rows * most),
    scratch: arena.allocate(16_384 + 32 * rows),
    scores: arena.allocate(8 * rows),
  };
}

async function sweep(
  session: Session,
  parts: SupportParts,
  { columns, rowCount, pacer }: SupportWork,
): Promise<Float64Array> {
  const { arena } = session;
  const { means, scales, gamma } = parts;
  const { vectors, logs, most, width } = putSupports(session, parts);
  const rows = Math.min(rowCount, Math.max(8, Math.ceil(KERNELS_PER_CALL / most)));
  const calls = session.inline ? 1 : 4 * session.threads;
  const rooms = Array.from({ length: calls }, () => roomFor(session, rows, most, width));
  const out = new Float64Array(rowCount);
  for (let first = 0; first < rowCount; ) {
    const wave = first;
    const work: KernelCall[] = [];
    for (const room of rooms) {
      if (first >= rowCount) break;
      await pacer.pause();
      const count = Math.min(rows, rowCount - first);
      const to = arena.floats(room.rows, count * width);
      for (const [j, values] of columns.entries()) {
        for (let i = 0; i < count; i++) {
          to[i * width + j] = scaledTo(values[first + i]!, means[j]!, scales[j]!);
        }
      }
      const about = [room.rows, count, vectors, most, width, logs, gamma];
      const own = [room.distances, room.scratch, room.scores];
      work.push({ kernel: "scoreSupports", values: [...about, ...own] });
      first += count;
    }
    await runCalls(session, work, pacer);
    for (const [k, { scores }] of rooms.slice(0, work.length).entries()) {
      const from = wave + k * rows;
      out.set(arena.doubles(scores, Math.min(rows, rowCount - from)), from);
    }
  }
  return out;
}

/**
 * Scores of rows; the bits of one row alone.
 * @throws KERNEL_MEMORY, KERNEL_WORKER_DIED, LEARN_STOPPED
 */
export async function scoreRows(
  parts: SupportParts,
  work: SupportWork,
  { threads = 0, signal }: PredictExtras,
): Promise<Float64Array> {
  const { doing, pacer, rowCount, columns } = work;
  if (rowCount === 0) return new Float64Array(0);
  const steps = rowCount * parts.weights.length * (columns.length + EXPONENTIAL_STEPS);
  const session = await pacer.until(openSession({ doing, threads, steps, signal }), (late) =>
    late.close(),
  );
  try {
    return await sweep(session, parts, work);
  } finally {
    session.close();
  }
}
