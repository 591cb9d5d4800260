/** The best items of many users at once, by blocked products and heaps in the kernels. */
import { Pacer } from "../../foundation/index.js";
import { checkPlannedMemory, type Session } from "../../kernels/index.js";
import type { Asked } from "./asked.js";
import type { RecommendExtras } from "./contract.js";
import type { FactorParts } from "./factor-parts.js";
import { inSession, takeParts } from "./in-session.js";
import { unfilled } from "./pairs.js";
import { PlanWords, putInto, topWords } from "./plan-words.js";

/** Columns of a tile and rows of a part, as in the kernel. */
const TILE = 512;
const ROWS = 48;

/** What is asked of the kernels. */
export interface TopRequest {
  /** For errors. */
  readonly doing: string;
  readonly parts: Pick<FactorParts, "width" | "user" | "item">;
  readonly asked: Asked;
  readonly k: number;
  readonly extras: RecommendExtras;
}

/** Entries of the wanted users, in places of the allowed items. */
function exclusions({ users, allowed, excluded }: Asked, itemCount: number) {
  const starts = new Int32Array(users.length + 1);
  if (excluded === undefined) return { starts, places: new Int32Array(0) };
  const local = new Int32Array(itemCount).fill(-1);
  for (const [place, item] of allowed.entries()) local[item] = place;
  let most = 0;
  for (const user of users) most += excluded.starts[user + 1]! - excluded.starts[user]!;
  const places = new Int32Array(most);
  let to = 0;
  for (let row = 0; row < users.length; row++) {
    const user = users[row]!;
    for (let at = excluded.starts[user]!; at < excluded.starts[user + 1]!; at++) {
      const place = local[excluded.indices[at]!]!;
      if (place >= 0) places[to++] = place;
    }
    starts[row + 1] = to;
  }
  return { starts, places: places.subarray(0, to) };
}

/** Writes items' factors as tiles: of each some columns side by side, factor by factor. */
function putTiles(to: Float32Array, { parts, asked }: TopRequest): void {
  const { width, item } = parts;
  const { allowed } = asked;
  for (let first = 0; first < allowed.length; first += TILE) {
    const wide = Math.min(TILE, allowed.length - first);
    const tile = to.subarray(first * width, (first + wide) * width);
    for (let column = 0; column < wide; column++) {
      const from = allowed[first + column]! * width;
      for (let j = 0; j < width; j++) tile[j * wide + column] = item.factors[from + j]!;
    }
  }
}

function plannedBytes({ parts, asked, k }: TopRequest, excluded: number, threads: number) {
  const own = asked.users.length * (4 * parts.width + 8 * k + 4);
  return own + 4 * asked.allowed.length * parts.width + 4 * excluded + threads * scratchBytes();
}

function scratchBytes(): number {
  return 4 * ROWS * TILE + 4 * ROWS + 16_384 + 32 * ROWS + 64;
}

async function topInSession(session: Session, request: TopRequest, pacer: Pacer) {
  const { arena, threads } = session;
  const { parts, asked, k, extras, doing } = request;
  const { width, user, item } = parts;
  const { users, allowed } = asked;
  const rows = users.length;
  const most = Math.min(k, allowed.length);
  const { starts, places } = exclusions(asked, item.factors.length / width);
  checkPlannedMemory(doing, plannedBytes(request, places.length, threads), extras.memoryLimit);
  const plan = new PlanWords(arena, topWords);
  const factors = arena.allocate(4 * rows * width);
  const tiles = arena.allocate(4 * allowed.length * width);
  const outPlaces = arena.allocate(4 * rows * most);
  const outScores = arena.allocate(4 * rows * most);
  const cut = Math.ceil(rows / ROWS);
  plan.set({
    ...{ parts: cut, rows, columns: allowed.length, width, most, factors, tiles },
    starts: putInto(arena, starts),
    excluded: putInto(arena, places),
    ...{ places: outPlaces, scores: outScores },
    scratch: arena.allocate(threads * scratchBytes()),
    scratchBytes: scratchBytes(),
  });
  const to = arena.floats(factors, rows * width);
  for (let row = 0; row < rows; row++) {
    const from = users[row]! * width;
    to.set(user.factors.subarray(from, from + width), row * width);
  }
  putTiles(arena.floats(tiles, allowed.length * width), request);
  const { address } = plan;
  const { signal } = extras;
  await takeParts(session, { kernel: "alsTop", address, parts: cut, signal, pacer });
  const found = unfilled(rows, k);
  const foundPlaces = arena.integers(outPlaces, rows * most);
  const foundScores = arena.floats(outScores, rows * most);
  for (let row = 0; row < rows; row++) {
    for (let rank = 0; rank < most; rank++) {
      const place = foundPlaces[row * most + rank]!;
      if (place < 0) break;
      found.items[row * k + rank] = allowed[place]!;
      found.scores[row * k + rank] = foundScores[row * most + rank]!;
    }
  }
  return found;
}

/**
 * Finds the best items of users.
 * @returns users × k: places of items, -1 where there are no more, and products of 32 bits
 * @throws KERNEL_MEMORY, LEARN_STOPPED
 */
export async function topItems(request: TopRequest) {
  const { parts, asked, doing, extras } = request;
  const pacer = new Pacer(extras.signal, doing);
  const steps = (asked.users.length * asked.allowed.length * parts.width) / 4;
  return await inSession({ doing, steps }, extras, pacer, (session) =>
    topInSession(session, request, pacer),
  );
}
