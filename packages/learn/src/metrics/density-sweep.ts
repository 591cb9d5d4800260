import { exp, log, type Numbers } from "../foundation/index.js";
import { rankScores, sumRuns } from "./ranked.js";

/** The best of equal steps of a density. */
export interface DensitySweep {
  /** F1 there, 0…1; NaN where there are no positives. */
  readonly f1: number;
  /** Rows of a density below it are called positive. May underflow to 0; see `threshold`. */
  readonly epsilon: number;
  /** The same in log space: rows with score > threshold are called positive. */
  readonly threshold: number;
  /** Share of true positives among the called; NaN where none is called. */
  readonly precision: number;
  /** Share of the positives that are called. */
  readonly recall: number;
}

/**
 * The threshold search of the detector that refrain's gaming task follows, kept to compare with:
 * equal steps of the density between its lowest and highest. On heavy tails nearly all steps lie
 * far above the rare rows; `bestF1` searches every distinct score instead.
 * @param target 0 or 1 a row
 * @param score -log density, one a row, finite
 * @param steps number of steps
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export function densitySweep(target: Numbers, score: Numbers, steps = 1000): DensitySweep {
  const ranked = rankScores(target, score);
  const sums = sumRuns(ranked, undefined);
  const runs = ranked.runEnds.length;
  const base = ranked.score[ranked.rowCount - 1] ?? 0;
  // Relative to the highest density, so that neither end overflows; the steps stay the same.
  const density = Float64Array.from(ranked.runEnds, (end) => exp(base - ranked.score[end - 1]!));
  const lowest = density[0] ?? 1;
  const positives = sums.positives.reduce((sum, value) => sum + value, 0);
  let best = { f1: positives > 0 ? 0 : Number.NaN, epsilon: lowest, found: 0, called: 0 };
  let [run, found, called] = [0, 0, 0];
  for (let step = 0; step < steps; step++) {
    const epsilon = lowest + step * ((1 - lowest) / steps);
    for (; run < runs && density[run]! < epsilon; run++) {
      found += sums.positives[run]!;
      called += sums.weight[run]!;
    }
    const f1 = (2 * found) / (called + positives);
    if (f1 > best.f1) best = { f1, epsilon, found, called };
  }
  return {
    f1: best.f1,
    epsilon: best.epsilon * exp(-base),
    threshold: base - log(best.epsilon),
    precision: best.found / best.called,
    recall: best.found / positives,
  };
}
