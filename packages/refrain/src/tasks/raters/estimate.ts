/** A mean over seeds with its 95 % interval; without an interval where there was one seed. */
export interface Estimated {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** 97.5 % quantiles of Student's t for 1 … 30 degrees of freedom. */
const quantiles = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145,
  2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048,
  2.045, 2.042,
];

/** Mean and Student's interval of one number a seed; those that are NaN are left out. */
export function estimateOver(values: readonly number[]): Estimated {
  const defined = values.filter((value) => !Number.isNaN(value));
  const n = defined.length;
  if (n === 0) return { value: null, low: null, high: null };
  const mean = defined.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { value: mean, low: null, high: null };
  const spread = defined.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = (quantiles[n - 2] ?? 1.96) * Math.sqrt(spread / n);
  return { value: mean, low: mean - half, high: mean + half };
}
