import { type Pacer, RandomStream } from "../../foundation/index.js";

/** First factors are uniform in ± this over the root of their number. */
const FIRST = 0.1;
/** Rows of first factors between two polls. */
const FIRST_ROWS = 4096;

/** Sizes of one side's factors. */
export interface FactorShape {
  readonly rows: number;
  readonly factors: number;
  /** Floats a row; what is beyond the factors is 0. */
  readonly width: number;
}

/**
 * Factors to begin with: small numbers by chance.
 * @param purpose tells the two sides' numbers apart
 * @throws LEARN_STOPPED
 */
export async function firstFactors(
  { rows, factors, width }: FactorShape,
  seed: number,
  purpose: string,
  pacer: Pacer,
): Promise<Float32Array> {
  const random = new RandomStream(seed, purpose);
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
