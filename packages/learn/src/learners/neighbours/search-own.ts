/** Neighbours of all rows of an index among themselves: each pair is looked at once. */
import { type KernelCall, openSession, type Session } from "../../kernels/index.js";
import { runCalls } from "../run-calls.js";
import { indexColumns } from "./row-index.js";
import { FEW_STEPS, type NeighbourSearch, Searcher, STEPS_PER_CALL, searchRows } from "./search.js";
import {
  checkSearchMemory,
  GROUP_ROWS,
  groupsOf,
  PAIR_BYTES,
  PAIR_CALLS,
  type SearchPlaces,
  type SearchShape,
  stopSearch,
} from "./search-memory.js";

/** What is looked for; rows are told by their numbers in the index. */
export type OwnSearch = Omit<NeighbourSearch, "sought">;

/** Groups first visit those next to them: then few of the far ones may still be near. */
const FIRST_VISITS = 4;
const MORE_VISITS = 4;

/** The calls that let every two groups meet, some at a time. */
function* pairCalls({ batch }: SearchPlaces, { points, width }: SearchShape) {
  const groups = groupsOf(points);
  const end = Math.floor(groups / 2) + 1;
  const steps = GROUP_ROWS * GROUP_ROWS * width;
  const most = Math.ceil(STEPS_PER_CALL / steps);
  for (let from = 0, to = Math.min(FIRST_VISITS, end); from < end; ) {
    const together = Math.max(1, Math.floor(STEPS_PER_CALL / (steps * (to - from))));
    let calls: KernelCall[] = [];
    for (let first = 0; first < groups; first += together) {
      const some = [batch.search, first, Math.min(together, groups - first), from, to];
      const tile = batch.tiles + PAIR_BYTES * calls.length;
      calls.push({ kernel: "searchPairs", values: [...some, tile] });
      if (calls.length < PAIR_CALLS && first + together < groups) continue;
      yield { calls, done: (from + ((to - from) * first) / groups) / end };
      calls = [];
    }
    const wide = Math.min(to * MORE_VISITS, to + most, end);
    from = to;
    to = wide;
  }
}

async function sweepOwn(session: Session, search: OwnSearch, shape: SearchShape): Promise<void> {
  const { pacer, signal, index } = search;
  const { arena } = session;
  const all = { ...search, sought: { columns: [], rowCount: 0 } };
  const places = await new Searcher(session, all, shape).beginOwn();
  const stop = () => stopSearch(arena, places.batch.search);
  signal?.addEventListener("abort", stop);
  try {
    for (const { calls, done } of pairCalls(places, shape)) {
      await runCalls(session, calls, pacer);
      search.onRows?.(Math.floor(done * shape.points));
    }
  } finally {
    signal?.removeEventListener("abort", stop);
  }
  const { points, most } = shape;
  const order = arena.integers(places.points.order, points);
  const squares = arena.doubles(places.batch.squares, points * most);
  const numbers = arena.integers(places.batch.numbers, points * most);
  for (let at = 0; at < points; at++) {
    if (at % 4096 === 0) await pacer.pause();
    search.take(order[at]!, squares, numbers, at * most);
  }
  search.onRows?.(index.counts.length);
}

/**
 * Finds the nearest rows of an index for each of its own rows, itself among them; the bits of
 * `searchRows`.
 * @throws KERNEL_MEMORY, KERNEL_WORKER_DIED, LEARN_STOPPED
 */
export async function searchOwn(search: OwnSearch): Promise<void> {
  const { index, most, doing, pacer, signal } = search;
  const points = index.counts.length;
  const steps = points * points * index.width;
  if (steps < FEW_STEPS) return await searchRows({ ...search, sought: indexColumns(index) });
  const session = await pacer.until(
    openSession({ doing, threads: search.threads ?? 0, steps, signal }),
    (late) => late.close(),
  );
  try {
    const batchRows = groupsOf(points) * GROUP_ROWS;
    const shape = { points, width: index.width, most, batchRows, batches: 1, own: true };
    checkSearchMemory(doing, shape, session.threads, search.memoryLimit);
    await sweepOwn(session, search, shape);
  } finally {
    session.close();
  }
}
