/** A loss and its gradient at one point. */
export interface Evaluation {
  /** The value to be made small. */
  readonly loss: number;
  /** Its gradient; the minimiser keeps it. */
  readonly gradient: Float64Array;
}

/** A smooth convex problem. */
export interface Problem {
  /** Computes loss and gradient at a point. */
  readonly evaluate: (point: Float64Array) => Promise<Evaluation>;
  /** Replaces a vector v by P⁻¹v, P near the Hessian. */
  readonly precondition: (vector: Float64Array) => void;
  /** Whether a gradient is small enough to stop. */
  readonly solved: (gradient: Float64Array) => boolean;
  /** Called after each round. */
  readonly onRound: (round: number, loss: number) => void;
}

/** Where a minimiser stopped. */
export interface Minimum extends Evaluation {
  /** The best point. */
  readonly point: Float64Array;
  /** Rounds done. */
  readonly rounds: number;
  /**
   * `gradient`: small enough; `precision`: doubles allow no lower loss; `rounds`: out of rounds.
   */
  readonly stoppedBy: "gradient" | "precision" | "rounds";
}

/** Pairs of steps and gradient differences that are remembered. */
const MEMORY = 12;
/** Share of the promised decrease that a step must give. */
const ARMIJO = 1e-4;
/** Below this relative difference two losses are equal but for rounding. */
const LOSS_NOISE = 1e-13;
const LINE_SEARCH_STEPS = 40;

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly product: number;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** target += factor · source */
function axpy(target: Float64Array, factor: number, source: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i]! += factor * source[i]!;
}

/** The two-loop recursion with P⁻¹ in the middle: the direction of descent. */
function direction(problem: Problem, gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const vector = gradient.map((value) => -value);
  const factors = new Float64Array(pairs.length);
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { step, change, product } = pairs[k]!;
    factors[k] = dot(step, vector) / product;
    axpy(vector, -factors[k]!, change);
  }
  problem.precondition(vector);
  for (let k = 0; k < pairs.length; k++) {
    const { step, change, product } = pairs[k]!;
    axpy(vector, factors[k]! - dot(change, vector) / product, step);
  }
  return vector;
}

interface Accepted extends Evaluation {
  readonly point: Float64Array;
}

/**
 * Halves the step (by a parabola's minimum, kept within .1 … .5) until the loss falls enough. Where
 * losses differ by rounding only, the slope decides, as in Hager & Zhang's approximate condition.
 */
async function search(
  problem: Problem,
  from: Accepted,
  along: Float64Array,
): Promise<Accepted | undefined> {
  const slope = dot(from.gradient, along);
  if (!(slope < 0)) return undefined;
  const noise = LOSS_NOISE * Math.abs(from.loss);
  let length = 1;
  for (let attempt = 0; attempt < LINE_SEARCH_STEPS; attempt++) {
    const point = from.point.slice();
    axpy(point, length, along);
    const { loss, gradient } = await problem.evaluate(point);
    if (loss <= from.loss + ARMIJO * length * slope) return { point, loss, gradient };
    const flat = loss <= from.loss + noise;
    const slopeHere = dot(gradient, along);
    if (flat && Math.abs(slopeHere) < Math.abs(slope)) return { point, loss, gradient };
    const parabola = (-slope * length) / (2 * ((loss - from.loss) / length - slope));
    length = Math.min(0.5 * length, Math.max(0.1 * length, parabola || 0));
  }
  return undefined;
}

/**
 * Minimises a smooth convex function by L-BFGS with a fixed preconditioner in the place of the
 * usual multiple of the identity.
 * @param problem see Problem
 * @param start where to begin; kept
 * @param maxRounds rounds at most
 * @source Nocedal & Wright 2006, algorithms 7.4 and 7.5; Hager & Zhang 2005, section 2
 */
export async function minimise(
  problem: Problem,
  start: Float64Array,
  maxRounds: number,
): Promise<Minimum> {
  const pairs: Pair[] = [];
  let here: Accepted = { point: start, ...(await problem.evaluate(start)) };
  for (let round = 0; ; round++) {
    if (problem.solved(here.gradient)) return { ...here, rounds: round, stoppedBy: "gradient" };
    if (round === maxRounds) return { ...here, rounds: round, stoppedBy: "rounds" };
    let next = await search(problem, here, direction(problem, here.gradient, pairs));
    if (next === undefined && pairs.length > 0) {
      pairs.length = 0;
      next = await search(problem, here, direction(problem, here.gradient, pairs));
    }
    if (next === undefined) return { ...here, rounds: round, stoppedBy: "precision" };
    remember(pairs, here, next);
    here = next;
    problem.onRound(round + 1, here.loss);
  }
}

function remember(pairs: Pair[], from: Accepted, to: Accepted): void {
  const step = to.point.map((value, i) => value - from.point[i]!);
  const change = to.gradient.map((value, i) => value - from.gradient[i]!);
  const product = dot(step, change);
  if (!(product > 1e-16 * Math.sqrt(dot(step, step) * dot(change, change)))) return;
  pairs.push({ step, change, product });
  if (pairs.length > MEMORY) pairs.shift();
}
