/**
 * Two sides (users, items) with a row of factors each in shared memory, and the sweeps that solve
 * one side after the other. Factors are kept up to rotation: before a side is solved, both are
 * turned so that the Gram matrix of the other is diagonal, which makes it a preconditioner that
 * costs nothing, and the operator without observations a vector.
 */
import type { Pacer } from "../../foundation/index.js";
import type { Session } from "../../kernels/index.js";
import type { Csr } from "./csr.js";
import { symmetricEigen } from "./eigen.js";
import { takeParts } from "./in-session.js";
import { alsWords, PlanWords, putInto, type WordValues } from "./plan-words.js";

/** Observations and rows of a part, roughly: half a millisecond. */
const PART_STEPS = 8192;
/** What a row costs beside its observations, in observations. */
const ROW_STEPS = 8;
/** Rows of a part of a rotation. */
const TURNED_ROWS = 2048;
/** Rows of a part of a Gram matrix at least, and parts at most. */
const GRAM_ROWS = 2048;
const GRAM_PARTS = 64;
/** Bytes of packed rows that a thread keeps at most; heavier rows are packed at every pass. */
const PACK_BYTES = 16 * 1024 * 1024;

/** What a side's rows are solved from. */
export interface SideData {
  /** Whose observations, each with the weight of its square. */
  readonly observations: Csr;
  /** Linear weight of each observation; 1 + the quadratic one unless given. */
  readonly linear?: Float32Array;
  /** L2 penalty of each row. */
  readonly penalties: Float32Array;
  /** First factors, rows × width. */
  readonly factors: Float32Array;
  /** 1 for each factor that is solved for, 0 for one that stays, one a place of the width. */
  readonly free: Float32Array;
}

/** How the sides are solved. */
export interface AlternationOptions {
  /** Floats a row: a multiple of eight. */
  readonly width: number;
  /** Steps of conjugate gradient a row. */
  readonly steps: number;
  /** Whether places without an observation count, as zeros of weight 1. */
  readonly implicit: boolean;
  readonly signal: AbortSignal | undefined;
  readonly pacer: Pacer;
}

type AlsWord = (typeof alsWords)[number];

/** A side in shared memory. */
interface Side {
  readonly rows: number;
  readonly words: WordValues<AlsWord>;
  readonly factors: number;
  readonly free: number;
  readonly solveBounds: Int32Array;
  readonly turnBounds: Int32Array;
  readonly gramBounds: Int32Array;
}

/** Width of rows of so many factors. */
export function widthOf(factors: number): number {
  return Math.ceil(factors / 8) * 8;
}

function evenBounds(rows: number, each: number): Int32Array {
  const parts = Math.max(1, Math.ceil(rows / each));
  return Int32Array.from({ length: parts + 1 }, (_, part) => Math.min(rows, part * each));
}

function gramBounds(rows: number): Int32Array {
  return evenBounds(rows, Math.max(GRAM_ROWS, Math.ceil(rows / GRAM_PARTS)));
}

/** Parts of about the same work; they depend on the observations alone. */
function workBounds({ rows, starts }: Csr): Int32Array {
  const bounds = [0];
  let work = 0;
  for (let row = 0; row < rows; row++) {
    work += starts[row + 1]! - starts[row]! + ROW_STEPS;
    if (work < PART_STEPS && row + 1 < rows) continue;
    bounds.push(row + 1);
    work = 0;
  }
  return Int32Array.from(bounds);
}

function heaviestRow({ rows, starts }: Csr): number {
  let most = 0;
  for (let row = 0; row < rows; row++) most = Math.max(most, starts[row + 1]! - starts[row]!);
  return Math.ceil(most / 4) * 4;
}

function scratchShape(width: number, heaviest: number) {
  const wanted = Math.max(4, Math.floor(PACK_BYTES / (16 * width)) * 4);
  const room = Math.min(wanted, Math.max(4, heaviest));
  const solving = 64 + 5 * 4 * width + 16 * heaviest + 4 * room * width;
  const turning = 96 * 4 * width + 16_384 + 32 * 96;
  const bytes = Math.max(solving, turning, 4 * width * width);
  return { room, bytes: Math.ceil(bytes / 64) * 64 + 64 };
}

/** Bytes that a fit will take in shared memory. */
export function alternationBytes(
  sides: readonly [Csr, Csr],
  width: number,
  threads: number,
): number {
  const fixed = sides.reduce((sum, { rows, indices }) => {
    return sum + 4 * rows * (width + 2) + 12 * indices.length;
  }, 0);
  const heaviest = Math.max(...sides.map(heaviestRow));
  const grams = (GRAM_PARTS + 2) * 8 * width * width;
  return fixed + grams + threads * scratchShape(width, heaviest).bytes;
}

/** Both sides in a session's memory; see the head of the file. */
export class Alternation {
  readonly #session: Session;
  readonly #options: AlternationOptions;
  readonly #memory: PlanWords<AlsWord>;
  readonly #sides: readonly [Side, Side];
  readonly #bounds: number;
  readonly #diagonal: number;
  readonly #spread: number;
  readonly #rotation: number;
  readonly #results: number;

  /** Copies both sides into the session's memory. */
  constructor(session: Session, sides: readonly [SideData, SideData], options: AlternationOptions) {
    const { arena } = session;
    const { width, steps } = options;
    this.#session = session;
    this.#options = options;
    this.#memory = new PlanWords(arena, alsWords);
    const of = (side: SideData): Side => this.#place(side);
    this.#sides = [of(sides[0]), of(sides[1])];
    const heaviest = Math.max(...sides.map(({ observations }) => heaviestRow(observations)));
    const { room, bytes } = scratchShape(width, heaviest);
    const bounds = this.#sides.flatMap((side) => [
      side.solveBounds.length,
      side.turnBounds.length,
      side.gramBounds.length,
    ]);
    const parts = Math.max(...bounds);
    this.#bounds = arena.allocate(4 * parts);
    this.#results = arena.allocate(Math.max(16 * parts, (GRAM_PARTS + 1) * 8 * width * width));
    this.#diagonal = arena.allocate(4 * width);
    this.#spread = arena.allocate(4 * width);
    this.#rotation = arena.allocate(4 * width * width);
    arena.floats(this.#diagonal, width).fill(0);
    const scratch = arena.allocate(bytes * session.threads);
    const common = { bounds: this.#bounds, width, steps, results: this.#results };
    const vectors = { diagonal: this.#diagonal, spread: this.#spread, rotation: this.#rotation };
    this.#memory.set({ ...common, ...vectors, scratch, scratchBytes: bytes, room, heaviest });
  }

  #place({ observations, linear, penalties, factors, free }: SideData): Side {
    const { arena } = this.#session;
    const { rows } = observations;
    const turnBounds = evenBounds(rows, TURNED_ROWS);
    return {
      rows,
      words: {
        starts: putInto(arena, observations.starts),
        indices: putInto(arena, observations.indices),
        quadratic: putInto(arena, observations.values),
        linear: linear === undefined ? 0 : putInto(arena, linear),
        penalties: putInto(arena, penalties),
      },
      factors: putInto(arena, factors),
      free: putInto(arena, free),
      solveBounds: workBounds(observations),
      turnBounds,
      gramBounds: gramBounds(rows),
    };
  }

  /** Runs all parts of a phase on all threads. */
  async #run(words: WordValues<AlsWord>, bounds: Int32Array): Promise<void> {
    const { signal, pacer } = this.#options;
    const parts = bounds.length - 1;
    this.#session.arena.integers(this.#bounds, bounds.length).set(bounds);
    this.#memory.set({ ...words, parts, stop: 0, next: 0 });
    const { address } = this.#memory;
    await takeParts(this.#session, { kernel: "alsWork", address, parts, signal, pacer });
  }

  /**
   * Gram matrix of a side.
   * @returns width × width, row-major
   */
  async gram(place: 0 | 1): Promise<Float64Array> {
    const { width } = this.#options;
    const { factors, gramBounds: bounds } = this.#sides[place];
    await this.#run({ phase: 0, fixed: factors }, bounds);
    const cells = width * width;
    const gram = new Float64Array(cells);
    for (let part = 0; part < bounds.length - 1; part++) {
      const own = this.#session.arena.doubles(this.#results + 8 * part * cells, cells);
      for (let cell = 0; cell < cells; cell++) gram[cell]! += own[cell]!;
    }
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < i; j++) gram[i * width + j] = gram[j * width + i]!;
    }
    return gram;
  }

  /** Turns both sides so that a side's Gram matrix is diagonal. @returns the diagonal */
  async #turn(gram: Float64Array): Promise<Float64Array> {
    const { width } = this.#options;
    const { values, vectors } = symmetricEigen(gram, width);
    this.#session.arena.floats(this.#rotation, width * width).set(vectors);
    for (const { factors, turnBounds } of this.#sides) {
      await this.#run({ phase: 1, solved: factors }, turnBounds);
    }
    return values.map((value) => Math.max(0, value));
  }

  /**
   * Solves one side, the other standing still.
   * @returns the part of the objective that depends on the side, and its penalty alone
   */
  async solve(place: 0 | 1): Promise<{ readonly loss: number; readonly penalty: number }> {
    const { width, implicit } = this.#options;
    const { arena } = this.#session;
    const other = this.#sides[1 - place]!;
    const side = this.#sides[place];
    const gram = await this.gram(place === 0 ? 1 : 0);
    const own = gram.filter((_, cell) => cell % (width + 1) === 0);
    const squares = implicit ? await this.#turn(gram) : own;
    const spread = squares.map((value) => value / Math.max(1, other.rows));
    if (implicit) arena.floats(this.#diagonal, width).set(squares);
    arena.floats(this.#spread, width).set(spread);
    const words = { phase: 2, fixed: other.factors, solved: side.factors, free: side.free };
    await this.#run({ ...side.words, ...words }, side.solveBounds);
    let [loss, penalty] = [0, 0];
    const parts = side.solveBounds.length - 1;
    const results = arena.doubles(this.#results, 2 * parts);
    for (let part = 0; part < parts; part++) {
      loss += results[2 * part]!;
      penalty += results[2 * part + 1]!;
    }
    return { loss, penalty };
  }

  /** A side's factors, copied out. */
  factors(place: 0 | 1): Float32Array {
    const { rows, factors } = this.#sides[place];
    return this.#session.arena.floats(factors, rows * this.#options.width).slice();
  }
}
