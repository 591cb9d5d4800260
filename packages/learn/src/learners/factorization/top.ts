/** The best items of many users at once, by blocked products and heaps in the kernels. */
import { Pacer } from "../../foundation/index.js";
import { checkPlannedMemory, openSession, type Session } from "../../kernels/index.js";
import type { RecommendExtras } from "./contract.js";
import type { Csr } from "./csr.js";
import { takeParts } from "./take-parts.js";

/** The words of assembly/als-top.ts, in their order. */
export const topWords = [
  "stop",
  "next",
  "parts",
  "rows",
  "columns",
  "width",
  "most",
  "factors",
  "tiles",
  "starts",
  "excluded",
  "places",
  "scores",
  "scratch",
  "scratchBytes",
] as const;

/** Columns of a tile and rows of a part, as in the kernel. */
const TILE = 512;
const ROWS = 48;

/** What is asked of the kernels. */
export interface TopRequest {
  /** For errors. */
  readonly doing: string;
  /** Factors of all users, and those that are wanted. */
  readonly users: { readonly factors: Float32Array; readonly wanted: Int32Array };
  /** Factors of all items, and those that may be given, ascending. */
  readonly items: { readonly factors: Float32Array; readonly allowed: Int32Array };
  readonly width: number;
  readonly k: number;
  /** Entries that are left out, users × items; undefined for none. */
  readonly excluded: Csr | undefined;
  readonly extras: RecommendExtras;
}

/** Entries of the wanted users, in places of the allowed items. */
function exclusions({ users, items, excluded }: TopRequest, itemCount: number) {
  const { wanted } = users;
  const starts = new Int32Array(wanted.length + 1);
  if (excluded === undefined) return { starts, places: new Int32Array(0) };
  const local = new Int32Array(itemCount).fill(-1);
  for (const [place, item] of items.allowed.entries()) local[item] = place;
  let most = 0;
  for (const user of wanted) most += excluded.starts[user + 1]! - excluded.starts[user]!;
  const places = new Int32Array(most);
  let to = 0;
  for (let row = 0; row < wanted.length; row++) {
    const user = wanted[row]!;
    for (let at = excluded.starts[user]!; at < excluded.starts[user + 1]!; at++) {
      const place = local[excluded.indices[at]!]!;
      if (place >= 0) places[to++] = place;
    }
    starts[row + 1] = to;
  }
  return { starts, places: places.subarray(0, to) };
}

/** Writes items' factors as tiles: of each some columns side by side, factor by factor. */
function putTiles(to: Float32Array, { items, width }: TopRequest): void {
  const { allowed, factors } = items;
  for (let first = 0; first < allowed.length; first += TILE) {
    const wide = Math.min(TILE, allowed.length - first);
    const tile = to.subarray(first * width, (first + wide) * width);
    for (let column = 0; column < wide; column++) {
      const from = allowed[first + column]! * width;
      for (let j = 0; j < width; j++) tile[j * wide + column] = factors[from + j]!;
    }
  }
}

function plannedBytes({ users, items, width, k }: TopRequest, excluded: number, threads: number) {
  const own = users.wanted.length * (4 * width + 8 * k + 4);
  return own + 4 * items.allowed.length * width + 4 * excluded + threads * scratchBytes();
}

function scratchBytes(): number {
  return 4 * ROWS * TILE + 4 * ROWS + 16_384 + 32 * ROWS + 64;
}

async function topInSession(session: Session, request: TopRequest, pacer: Pacer) {
  const { arena, threads } = session;
  const { users, items, width, extras } = request;
  const rows = users.wanted.length;
  const most = Math.min(request.k, items.allowed.length);
  const itemCount = items.factors.length / width;
  const { starts, places } = exclusions(request, itemCount);
  const bytes = plannedBytes(request, places.length, threads);
  checkPlannedMemory(request.doing, bytes, extras.memoryLimit);
  const address = arena.allocate(4 * topWords.length);
  const factors = arena.allocate(4 * rows * width);
  const tiles = arena.allocate(4 * items.allowed.length * width);
  const outPlaces = arena.allocate(4 * rows * most);
  const outScores = arena.allocate(4 * rows * most);
  const startsAt = arena.allocate(starts.byteLength);
  const excludedAt = arena.allocate(places.byteLength);
  const scratch = arena.allocate(threads * scratchBytes());
  arena.integers(startsAt, starts.length).set(starts);
  arena.integers(excludedAt, places.length).set(places);
  const to = arena.floats(factors, rows * width);
  for (let row = 0; row < rows; row++) {
    const from = users.wanted[row]! * width;
    to.set(users.factors.subarray(from, from + width), row * width);
  }
  putTiles(arena.floats(tiles, items.allowed.length * width), request);
  const parts = Math.ceil(rows / ROWS);
  const head = [0, 0, parts, rows, items.allowed.length, width, most, factors, tiles];
  const tail = [startsAt, excludedAt, outPlaces, outScores, scratch, scratchBytes()];
  arena.integers(address, topWords.length).set([...head, ...tail]);
  const { signal } = extras;
  await takeParts(session, { kernel: "alsTop", address, parts, signal, pacer });
  const found = new Int32Array(rows * request.k).fill(-1);
  const scores = new Float64Array(rows * request.k).fill(Number.NaN);
  const foundPlaces = arena.integers(outPlaces, rows * most);
  const foundScores = arena.floats(outScores, rows * most);
  for (let row = 0; row < rows; row++) {
    for (let rank = 0; rank < most; rank++) {
      const place = foundPlaces[row * most + rank]!;
      if (place < 0) break;
      found[row * request.k + rank] = items.allowed[place]!;
      scores[row * request.k + rank] = foundScores[row * most + rank]!;
    }
  }
  return { items: found, scores };
}

/**
 * Finds the best items of users.
 * @returns users × k: places of items, -1 where there are no more, and products of 32 bits
 * @throws KERNEL_MEMORY, LEARN_STOPPED
 */
export async function topItems(request: TopRequest) {
  const { users, items, width, doing, extras } = request;
  const pacer = new Pacer(extras.signal, doing);
  const steps = (users.wanted.length * items.allowed.length * width) / 4;
  const wish = { doing, threads: extras.threads ?? 0, steps, signal: extras.signal };
  const session = await pacer.until(openSession(wish), (late) => late.close());
  try {
    return await topInSession(session, request, pacer);
  } finally {
    session.close();
  }
}
