/** The largest entries of rows of a product of two sparse matrices, on threads. */
import type { Pacer } from "../../foundation/index.js";
import { checkPlannedMemory, type Session } from "../../kernels/index.js";
import type { Csr } from "./csr.js";
import { inSession, takeParts, type WorkExtras } from "./in-session.js";
import { PlanWords, putInto, sparseTopWords } from "./plan-words.js";

/** What is asked of the kernels. */
export interface SparseTopRequest {
  /** For errors. */
  readonly doing: string;
  /** The factors of the product: left's columns are right's rows. */
  readonly left: Csr;
  readonly right: Csr;
  /** Columns that a row of the product must not have. */
  readonly excluded: Pick<Csr, "starts" | "indices"> | undefined;
  /** One a column: 1 where it may be given; all unless given. */
  readonly allowed?: Uint8Array | undefined;
  /** Entries of a row at most. */
  readonly most: number;
  /** Whether a row's entries are put in order of their columns, not best first. */
  readonly byColumn: boolean;
  readonly extras: WorkExtras;
  readonly pacer: Pacer;
}

/** Entries above 0, row by row: those of row r stand at starts[r] … + counts[r] - 1. */
export interface SparseTop {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** Products of a part, roughly: a millisecond. */
const PART_STEPS = 1 << 18;
/** What a row costs beside its products. */
const ROW_STEPS = 64;

interface Cut {
  /** First row of each part, and the end. */
  readonly bounds: Int32Array;
  /** Where each row's entries may begin, and the end. */
  readonly starts: Int32Array;
  /** Products of all rows. */
  readonly steps: number;
}

/** Parts of about the same work, and room for what may come of each row. */
function cutWork({ left, right, most, doing, extras }: SparseTopRequest): Cut {
  const bounds = [0];
  const starts = new Int32Array(left.rows + 1);
  let [steps, own, room] = [0, 0, 0];
  for (let row = 0; row < left.rows; row++) {
    let products = 0;
    for (let at = left.starts[row]!; at < left.starts[row + 1]!; at++) {
      const middle = left.indices[at]!;
      products += right.starts[middle + 1]! - right.starts[middle]!;
    }
    room += Math.min(most, products, right.columns);
    steps += products + ROW_STEPS;
    own += products + ROW_STEPS;
    if (room > 0x7fffffff) checkPlannedMemory(doing, 12 * room, extras.memoryLimit);
    starts[row + 1] = room;
    if (own < PART_STEPS && row + 1 < left.rows) continue;
    bounds.push(row + 1);
    own = 0;
  }
  return { bounds: Int32Array.from(bounds), starts, steps };
}

function scratchBytes(columns: number): number {
  return Math.ceil((64 + 13 * columns) / 64) * 64 + 64;
}

function csrBytes({ starts, indices, values }: Csr): number {
  return starts.byteLength + indices.byteLength + values.byteLength;
}

function plannedBytes(request: SparseTopRequest, { starts, bounds }: Cut, threads: number): number {
  const { left, right, excluded, allowed } = request;
  const out = 2 * starts.byteLength + bounds.byteLength + 12 * starts.at(-1)!;
  const barred = excluded ? excluded.starts.byteLength + excluded.indices.byteLength : 0;
  const given = csrBytes(left) + csrBytes(right) + barred + (allowed?.byteLength ?? 0);
  return out + given + threads * scratchBytes(right.columns);
}

async function topInSession(session: Session, request: SparseTopRequest, cut: Cut) {
  const { arena, threads } = session;
  const { left, right, excluded, allowed, most, byColumn, doing } = request;
  const { extras, pacer } = request;
  checkPlannedMemory(doing, plannedBytes(request, cut, threads), extras.memoryLimit);
  const { starts, bounds } = cut;
  const room = starts.at(-1)!;
  const parts = bounds.length - 1;
  const plan = new PlanWords(arena, sparseTopWords);
  const outCounts = arena.allocate(4 * left.rows);
  const outColumns = arena.allocate(4 * room);
  const outValues = arena.allocate(8 * room);
  const size = scratchBytes(right.columns);
  const scratch = arena.allocate(threads * size);
  arena.bytes(scratch, threads * size).fill(0);
  plan.set({
    parts,
    bounds: putInto(arena, bounds),
    leftStarts: putInto(arena, left.starts),
    leftIndices: putInto(arena, left.indices),
    leftValues: putInto(arena, left.values),
    rightStarts: putInto(arena, right.starts),
    rightIndices: putInto(arena, right.indices),
    rightValues: putInto(arena, right.values),
    columns: right.columns,
    excludedStarts: excluded === undefined ? 0 : putInto(arena, excluded.starts),
    excluded: excluded === undefined ? 0 : putInto(arena, excluded.indices),
    allowed: allowed === undefined ? 0 : putInto(arena, allowed),
    most,
    byColumn: byColumn ? 1 : 0,
    outStarts: putInto(arena, starts),
    ...{ outCounts, outColumns, outValues, scratch, scratchBytes: size },
  });
  const { address } = plan;
  const { signal } = extras;
  await takeParts(session, { kernel: "sparseTop", address, parts, signal, pacer });
  return {
    starts,
    counts: arena.integers(outCounts, left.rows).slice(),
    columns: arena.integers(outColumns, room).slice(),
    values: arena.doubles(outValues, room).slice(),
  };
}

/**
 * Finds the largest entries of rows; ties go to the lower column.
 * @throws KERNEL_MEMORY, KERNEL_WORKER_DIED, LEARN_STOPPED
 */
export async function sparseTop(request: SparseTopRequest): Promise<SparseTop> {
  const { doing, extras, pacer } = request;
  await pacer.pause();
  const cut = cutWork(request);
  return await inSession({ doing, steps: 4 * cut.steps }, extras, pacer, (session) =>
    topInSession(session, request, cut),
  );
}
