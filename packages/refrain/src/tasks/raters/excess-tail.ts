import { log, log1p } from "@refrain/learn";

/** At most this share of the calibration scores shapes the tail. */
const tailShare = 0.1;
/** Fewer excesses shape none. */
const leastExcesses = 5;
/** What the shape is taken for before any excess is seen; counts as much as they do. */
const usualShape = 0.2;

/**
 * -log of the chance that a genuine row scores as high: by rank below the highest tenth of the
 * calibration scores, above by a generalised Pareto distribution of the excesses. Ranks alone
 * cannot tell a score just above all others from one far above them. The shape, by
 * probability-weighted moments, is uncertain with so few excesses and is averaged with a usual one.
 * @param calibration scores of genuine rows, at least one
 * @source Pickands 1975; Hosking & Wallis 1987, eq. 4
 */
export function excessTail(calibration: Float64Array): (score: number) => number {
  const sorted = calibration.slice().sort();
  const n = sorted.length;
  const atLeast = (score: number): number => {
    let [low, high] = [0, n];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]! < score) low = middle + 1;
      else high = middle;
    }
    return n - low;
  };
  // The lowest score that no more than a tenth reach: where many tie, the next above them.
  const tail = Math.max(leastExcesses, Math.floor(tailShare * n));
  const threshold = sorted.find((one) => atLeast(one) <= tail) ?? sorted[n - 1]!;
  const excesses = sorted.subarray(n - atLeast(threshold)).map((one) => one - threshold);
  const { shape, scale } = paretoOf(excesses, sorted[n - 1]! - sorted[n >> 1]!);
  const most = 2 * log(n + 1);
  const bounded = (surprise: number) =>
    surprise > most ? most + log1p(surprise - most) : surprise;
  const reach = log((n + 1) / (excesses.length + 1));
  return (score) =>
    score > threshold
      ? bounded(reach + log1p((shape * (score - threshold)) / scale) / shape)
      : log((n + 1) / (1 + atLeast(score)));
}

/** @param range what stands for the mean excess where there are too few */
function paretoOf(excesses: Float64Array, range: number) {
  const k = excesses.length;
  let [mean, weighted] = [0, 0];
  for (const [i, excess] of excesses.entries()) {
    mean += excess / k;
    weighted += (excess * (1 - (i + 0.65) / k)) / k;
  }
  if (k < leastExcesses) return { shape: usualShape, scale: Math.max(least, range) };
  const told = mean > 2 * weighted ? 2 - mean / (mean - 2 * weighted) : 0;
  const shape = (Math.min(1, Math.max(0, told)) + usualShape) / 2;
  return { shape, scale: Math.max(least, mean * (1 - shape)) };
}

/** Where all scores are equal, any above them is beyond doubt. */
const least = 1e-9;
