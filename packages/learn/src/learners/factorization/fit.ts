/** The sweeps of alternating least squares, for implicit and explicit observations. */
import { checkPlannedMemory, type Session } from "../../kernels/index.js";
import { progressReporter } from "../progress.js";
import { Alternation, alternationBytes, type SideData, widthOf } from "./alternation.js";
import { type Csr, transposed } from "./csr.js";
import type { AlsOptions } from "./factor-options.js";
import type { FactorParts } from "./factor-parts.js";
import { firstFactors } from "./first-factors.js";
import { inSession } from "./in-session.js";
import type { RecommenderFit } from "./recommender.js";

/** What is to be factorised. */
export interface FactorRequest {
  /** Users × items: weight of each observation's square. */
  readonly observations: Csr;
  /** Linear weight of each observation; 1 + the other unless given. */
  readonly linear?: Float32Array;
  /** Whether the two places behind the factors are the biases of user and item. */
  readonly biased: boolean;
  readonly implicit: boolean;
  /** What the objective is beside what depends on factors. */
  readonly constant: number;
  readonly base: number;
}

/** What came of it. */
export interface FactorFit {
  readonly parts: FactorParts;
  /** Objective for each observation, after the last sweep. */
  readonly objective: number;
}

type AlsFit = RecommenderFit<AlsOptions>;

/** Sums of weights by row, and what places without an observation add. */
function confidences({ rows, columns, starts, values }: Csr, implicit: boolean): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    let sum = implicit ? columns : 0;
    for (let at = starts[row]!; at < starts[row + 1]!; at++) sum += values[at]!;
    return sum;
  });
}

/** l2 · confidence ^ frequencyPower of each row. */
function penaltiesOf(matrix: Csr, implicit: boolean, { l2, frequencyPower }: AlsOptions) {
  const sums = confidences(matrix, implicit);
  return Float32Array.from(sums, (value) => l2 * value ** frequencyPower);
}

/** Places that are solved for; the rest are the other side's bias, which is 1, and padding. */
function freePlaces(width: number, factors: number, bias: number | undefined): Float32Array {
  const free = new Float32Array(width).fill(1, 0, factors);
  if (bias !== undefined) free[factors + bias] = 1;
  return free;
}

function setOnes(rows: Float32Array, width: number, place: number): void {
  for (let at = place; at < rows.length; at += width) rows[at] = 1;
}

async function sidesOf({ options, pacer }: AlsFit, request: FactorRequest, width: number) {
  const { observations, linear, biased, implicit } = request;
  const { factors, seed } = options;
  const items = await transposed(observations, pacer);
  const itemLinear =
    linear && (await transposed({ ...observations, values: linear }, pacer)).values;
  const shape = { rows: items.rows, factors, width };
  const userFactors = new Float32Array(observations.rows * width);
  const itemFactors = await firstFactors(shape, seed, "first factors", pacer);
  if (biased) {
    setOnes(userFactors, width, factors + 1);
    setOnes(itemFactors, width, factors);
  }
  const side = (
    own: Csr,
    place: 0 | 1,
    first: Float32Array,
    weights: Float32Array | undefined,
  ): SideData => ({
    observations: own,
    ...(weights === undefined ? {} : { linear: weights }),
    penalties: penaltiesOf(own, implicit, options),
    factors: first,
    free: freePlaces(width, factors, biased ? place : undefined),
  });
  return [
    side(observations, 0, userFactors, linear),
    side(items, 1, itemFactors, itemLinear),
  ] as const;
}

async function sweepInSession(
  session: Session,
  fit: AlsFit,
  request: FactorRequest,
): Promise<FactorFit> {
  const { options, extras, pacer, doing } = fit;
  const { factors, sweeps, steps } = options;
  const { biased, implicit, observations, base } = request;
  const width = widthOf(factors + (biased ? 2 : 0));
  const sides = await sidesOf(fit, request, width);
  const matrices = [sides[0].observations, sides[1].observations] as const;
  const bytes = alternationBytes(matrices, width, session.threads);
  checkPlannedMemory(doing, bytes, extras.memoryLimit);
  const { signal } = extras;
  const alternation = new Alternation(session, sides, { width, steps, implicit, signal, pacer });
  const report = progressReporter(extras, sweeps);
  const count = observations.indices.length;
  let objective = Number.NaN;
  for (let sweep = 1; sweep <= sweeps; sweep++) {
    const users = await alternation.solve(0);
    const items = await alternation.solve(1);
    objective = (items.loss + users.penalty + request.constant) / count;
    report(sweep, objective);
  }
  const user = { factors: alternation.factors(0), gram: await alternation.gram(0) };
  const item = { factors: alternation.factors(1), gram: await alternation.gram(1) };
  const seen = { ...observations, values: new Float32Array(0) };
  return { parts: { width, user, item, seen, base }, objective };
}

/**
 * Factorises.
 * @throws KERNEL_MEMORY, KERNEL_WORKER_DIED, LEARN_STOPPED
 */
export async function fitFactors(fit: AlsFit, request: FactorRequest): Promise<FactorFit> {
  const { options, extras, pacer, doing } = fit;
  const { rows, columns, indices } = request.observations;
  const { factors, sweeps, steps } = options;
  const work = (indices.length * (steps + 1) * 2 + (rows + columns) * factors) * factors * sweeps;
  return await inSession({ doing, steps: work }, extras, pacer, (session) =>
    sweepInSession(session, fit, request),
  );
}
