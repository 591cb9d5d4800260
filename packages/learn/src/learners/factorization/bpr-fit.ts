/** The sweeps of Bayesian personalised ranking; what a step is stands in assembly/bpr.ts. */
import { streamKey } from "../../foundation/index.js";
import { checkPlannedMemory, type Session } from "../../kernels/index.js";
import { learnerErrors } from "../errors.js";
import { progressReporter } from "../progress.js";
import { widthOf } from "./alternation.js";
import { type BprOptions, rateOf } from "./bpr-options.js";
import type { Csr } from "./csr.js";
import type { FactorParts } from "./factor-parts.js";
import { firstFactors } from "./first-factors.js";
import { inSession, takeParts } from "./in-session.js";
import { negativePool } from "./negative-pool.js";
import { bprWords, PlanWords, putInto } from "./plan-words.js";
import type { RecommenderFit } from "./recommender.js";

/** Blocks of users and of items at most: with more than a few a thread, none waits for long. */
const MOST_BLOCKS = 16;
/** Rows of a block at least, and steps of a block of users with one of items. */
const BLOCK_ROWS = 32;
const BLOCK_STEPS = 2048;

/** What came of it. */
export interface RankingFit {
  readonly parts: FactorParts;
  /** Mean of -log probability of the order of the triples of the last sweep, before each step. */
  readonly loss: number;
}

type BprFit = RecommenderFit<BprOptions>;

/** Blocks of each side: of the table alone, never of threads. */
function blockCount({ rows, columns, indices }: Csr): number {
  const most = Math.min(
    MOST_BLOCKS,
    rows / BLOCK_ROWS,
    columns / BLOCK_ROWS,
    Math.sqrt(indices.length / BLOCK_STEPS),
  );
  return Math.max(1, Math.floor(most));
}

/** Blocks of users with about as many entries each. */
function userBounds({ rows, starts }: Csr, blocks: number): Int32Array {
  const bounds = new Int32Array(blocks + 1).fill(rows);
  bounds[0] = 0;
  const each = starts[rows]! / blocks;
  for (let user = 0, block = 1; block < blocks; block++) {
    while (user < rows && starts[user]! < block * each) user += 1;
    bounds[block] = user;
  }
  return bounds;
}

/** First factors of both sides; users without a row stay 0 but for the place that is 1. */
async function sidesOf({ options, pacer }: BprFit, taken: Csr, width: number) {
  const { factors, seed } = options;
  const shape = { factors, width };
  const user = await firstFactors({ ...shape, rows: taken.rows }, seed, "first users", pacer);
  const item = await firstFactors({ ...shape, rows: taken.columns }, seed, "first items", pacer);
  for (let row = 0; row < taken.rows; row++) {
    if (taken.starts[row + 1] === taken.starts[row]) user.fill(0, row * width, (row + 1) * width);
    user[row * width + factors] = 1;
  }
  return { user, item };
}

/** Puts the table and its first factors into a session's memory. */
async function layOut(session: Session, fit: BprFit, taken: Csr) {
  const { arena } = session;
  const { options, extras, doing } = fit;
  const { factors, seed } = options;
  const width = widthOf(factors + 1);
  const blocks = blockCount(taken);
  const pool = negativePool(options, taken);
  const rows = 4 * width * (taken.rows + taken.columns) + 4 * taken.rows;
  const bytes = rows + 12 * taken.indices.length + 8 * pool.length + 8 * (blocks + 2) ** 2;
  checkPlannedMemory(doing, bytes, extras.memoryLimit);
  const { user, item } = await sidesOf(fit, taken, width);
  const [seedLow, seedHigh] = streamKey(seed, "triples");
  const results = arena.allocate(16 * blocks);
  const [users, items] = [putInto(arena, user), putInto(arena, item)];
  const plan = new PlanWords(arena, bprWords);
  plan.set({
    ...{ blocks, width, bias: factors, seedLow, seedHigh, users, items, results },
    bounds: putInto(arena, userBounds(taken, blocks)),
    starts: putInto(arena, taken.starts),
    indices: putInto(arena, taken.indices),
    pairs: arena.allocate(8 * taken.indices.length),
    pairStarts: arena.allocate(4 * blocks * (blocks + 1)),
    pool: putInto(arena, pool),
    poolSize: pool.length,
    negatives: arena.allocate(4 * pool.length),
    negativeStarts: arena.allocate(4 * (blocks + 1)),
  });
  return { plan, width, blocks, results, users, items };
}

/** Mean loss of the triples of all blocks; 0 where there was none to compare. */
function meanLoss(results: Float64Array): number {
  let [loss, triples] = [0, 0];
  for (let block = 0; 2 * block < results.length; block++) {
    loss += results[2 * block]!;
    triples += results[2 * block + 1]!;
  }
  return triples === 0 ? 0 : loss / triples;
}

async function sweepInSession(session: Session, fit: BprFit, taken: Csr): Promise<RankingFit> {
  const { arena } = session;
  const { options, extras, pacer } = fit;
  const { sweeps, l2, learningRate } = options;
  const { plan, width, blocks, results, users, items } = await layOut(session, fit, taken);
  const { address } = plan;
  const run = async (words: Parameters<typeof plan.set>[0], parts: number) => {
    plan.set({ ...words, parts, stop: 0, next: 0 });
    const { signal } = extras;
    await takeParts(session, { kernel: "bprWork", address, parts, signal, pacer });
  };
  const report = progressReporter(extras, sweeps);
  let loss = 0;
  for (let sweep = 1; sweep <= sweeps; sweep++) {
    const rate = rateOf(options, sweep);
    plan.setFloats({ rate, keep: 1 - rate * l2 });
    arena.doubles(results, 2 * blocks).fill(0);
    await run({ phase: 0, sweep }, blocks + 1);
    for (let round = 0; round < blocks; round++) await run({ phase: 1, round }, blocks);
    loss = meanLoss(arena.doubles(results, 2 * blocks));
    if (!Number.isFinite(loss)) {
      throw learnerErrors.FIT_DIVERGED({ learner: "bpr", rate: learningRate });
    }
    report(sweep, loss);
  }
  const side = (from: number, rows: number) => ({
    factors: arena.floats(from, rows * width).slice(),
  });
  const user = side(users, taken.rows);
  const item = side(items, taken.columns);
  const seen = { ...taken, values: new Float32Array(0) };
  return { parts: { width, user, item, seen, base: 0 }, loss };
}

/**
 * Ranks.
 * @throws KERNEL_MEMORY, KERNEL_WORKER_DIED, LEARN_STOPPED, FIT_DIVERGED
 */
export async function fitRanking(fit: BprFit, taken: Csr): Promise<RankingFit> {
  const { options, extras, pacer, doing } = fit;
  const steps = 2 * taken.indices.length * options.factors * options.sweeps;
  return await inSession({ doing, steps }, extras, pacer, (session) =>
    sweepInSession(session, fit, taken),
  );
}
