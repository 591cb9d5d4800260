/** The sweeps of alternating least squares, for implicit and explicit observations. */
import { type Pacer, RandomStream } from "../../foundation/index.js";
import { checkPlannedMemory, openSession, type Session } from "../../kernels/index.js";
import type { FitExtras } from "../contract.js";
import { progressReporter } from "../progress.js";
import { Alternation, alternationBytes, type SideData, widthOf } from "./alternation.js";
import { type Csr, transposed } from "./csr.js";
import type { FactorParts } from "./factor-model.js";

/** What is to be factorised. */
export interface FactorRequest {
  /** For errors: `fitting implicit-als`. */
  readonly doing: string;
  /** Users × items: weight of each observation's square. */
  readonly observations: Csr;
  /** Linear weight of each observation; 1 + the other unless given. */
  readonly linear?: Float32Array;
  readonly factors: number;
  /** Whether the two places behind the factors are the biases of user and item. */
  readonly biased: boolean;
  readonly implicit: boolean;
  readonly l2: number;
  /** Power of a row's confidence in its penalty. */
  readonly power: number;
  readonly sweeps: number;
  readonly steps: number;
  readonly seed: number;
  /** What the objective is beside what depends on factors. */
  readonly constant: number;
  readonly base: number;
  readonly extras: FitExtras;
  readonly pacer: Pacer;
}

/** What came of it. */
export interface FactorFit {
  readonly parts: FactorParts;
  /** Objective for each observation, after each sweep. */
  readonly objectives: readonly number[];
}

/** First factors are uniform in ± this over the root of their number. */
const FIRST = 0.1;
/** Rows of first factors between two polls. */
const FIRST_ROWS = 4096;

/** Sums of weights by row, and what places without an observation add. */
function confidences({ rows, columns, starts, values }: Csr, implicit: boolean): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    let sum = implicit ? columns : 0;
    for (let at = starts[row]!; at < starts[row + 1]!; at++) sum += values[at]!;
    return sum;
  });
}

/** l2 · confidence ^ power of each row. */
function penaltiesOf(matrix: Csr, { implicit, l2, power }: FactorRequest): Float32Array {
  return Float32Array.from(confidences(matrix, implicit), (value) => l2 * value ** power);
}

async function firstFactors(
  rows: number,
  { factors, seed, pacer }: FactorRequest,
  width: number,
): Promise<Float32Array> {
  const random = new RandomStream(seed, "first factors");
  const first = new Float32Array(rows * width);
  const scale = (2 * FIRST) / Math.sqrt(factors);
  for (let row = 0; row < rows; row++) {
    if (row % FIRST_ROWS === 0) await pacer.pause();
    for (let j = 0; j < factors; j++) {
      first[row * width + j] = scale * (random.bits() / 4_294_967_296 - 0.5);
    }
  }
  return first;
}

/** Places that are solved for; the rest are the other side's bias, which is 1, and padding. */
function freePlaces(width: number, { factors, biased }: FactorRequest, bias: 0 | 1): Float32Array {
  const free = new Float32Array(width).fill(1, 0, factors);
  if (biased) free[factors + bias] = 1;
  return free;
}

function setOnes(rows: Float32Array, width: number, place: number): void {
  for (let at = place; at < rows.length; at += width) rows[at] = 1;
}

async function sidesOf(request: FactorRequest, width: number) {
  const { observations, linear, biased, factors, pacer } = request;
  const items = await transposed(observations, pacer);
  const itemLinear =
    linear && (await transposed({ ...observations, values: linear }, pacer)).values;
  const first = [new Float32Array(observations.rows * width)] as Float32Array[];
  first.push(await firstFactors(items.rows, request, width));
  if (biased) {
    setOnes(first[0]!, width, factors + 1);
    setOnes(first[1]!, width, factors);
  }
  const side = (own: Csr, place: 0 | 1, weights: Float32Array | undefined): SideData => ({
    observations: own,
    ...(weights === undefined ? {} : { linear: weights }),
    penalties: penaltiesOf(own, request),
    factors: first[place]!,
    free: freePlaces(width, request, place),
  });
  return [side(observations, 0, linear), side(items, 1, itemLinear)] as const;
}

async function sweepInSession(session: Session, request: FactorRequest): Promise<FactorFit> {
  const { factors, biased, implicit, sweeps, steps, extras, pacer, observations, base } = request;
  const width = widthOf(factors + (biased ? 2 : 0));
  const sides = await sidesOf(request, width);
  const matrices = [sides[0].observations, sides[1].observations] as const;
  const bytes = alternationBytes(matrices, width, session.threads);
  checkPlannedMemory(request.doing, bytes, extras.memoryLimit);
  const options = { width, steps, implicit, signal: extras.signal, pacer };
  const alternation = new Alternation(session, sides, options);
  const report = progressReporter(extras, sweeps);
  const count = observations.indices.length;
  const objectives: number[] = [];
  for (let sweep = 1; sweep <= sweeps; sweep++) {
    const users = await alternation.solve(0);
    const items = await alternation.solve(1);
    objectives.push((items.loss + users.penalty + request.constant) / count);
    report(sweep, objectives.at(-1)!);
  }
  const user = { factors: alternation.factors(0), gram: await alternation.gram(0) };
  const item = { factors: alternation.factors(1), gram: await alternation.gram(1) };
  const seen = { ...observations, values: new Float32Array(0) };
  return { parts: { width, user, item, seen, base }, objectives };
}

/**
 * Factorises.
 * @throws KERNEL_MEMORY, KERNEL_WORKER_DIED, LEARN_STOPPED
 */
export async function fitFactors(request: FactorRequest): Promise<FactorFit> {
  const { doing, observations, factors, sweeps, steps, extras, pacer } = request;
  const rows = observations.rows + observations.columns;
  const work = observations.indices.length * (steps + 1) * 2 + rows * factors;
  const wish = { doing, threads: extras.threads ?? 0, steps: work * factors * sweeps };
  const opening = openSession({ ...wish, signal: extras.signal });
  const session = await pacer.until(opening, (late) => late.close());
  try {
    return await sweepInSession(session, request);
  } finally {
    session.close();
  }
}
