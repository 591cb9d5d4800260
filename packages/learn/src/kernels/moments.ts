/** Mean and spread of one run of numbers. */
export interface Moments {
  /** Weighted mean. */
  readonly mean: number;
  /** Square root of the mean squared deviation, ≥ 0. */
  readonly deviation: number;
}

/**
 * Mean and standard deviation (divided by the sum of weights) of finite numbers below 1e150. One
 * pass; a second one where the first lost its digits because the mean is far from 0.
 * @param weight one a value, or undefined where all are 1
 */
export function momentsOf(values: Float64Array, weight: Float64Array | undefined): Moments {
  const count = values.length;
  let sum = 0;
  let squares = 0;
  let total = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    const w = weight === undefined ? 1 : weight[i]!;
    sum += w * value;
    squares += w * value * value;
    total += w;
  }
  const mean = sum / total;
  const variance = squares / total - mean * mean;
  if (variance > 1e-4 * mean * mean) return { mean, deviation: Math.sqrt(variance) };
  return centredMoments(values, weight, mean, total);
}

function centredMoments(
  values: Float64Array,
  weight: Float64Array | undefined,
  guess: number,
  total: number,
): Moments {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const difference = values[i]! - guess;
    const w = weight === undefined ? 1 : weight[i]!;
    sum += w * difference;
    squares += w * difference * difference;
  }
  const shift = sum / total;
  const variance = squares / total - shift * shift;
  return { mean: guess + shift, deviation: Math.sqrt(Math.max(0, variance)) };
}
