import type { Outcome } from "./measure.js";

/** What F1 would really be, were some of the marks wrong. */
export interface NoisyF1 {
  /** Share of the marked that are genuine. */
  readonly wronglyMarked: number;
  /** Share of the unmarked that cheat. */
  readonly missed: number;
  readonly f1: number;
}

const wronglyMarkedShares = [0, 0.02, 0.05, 0.1];
const missedShares = [0, 0.001, 0.005, 0.01];

/** F1 if marks were wrong at these rates, independently of the score. */
export function underNoise({
  rows,
  positives,
  truePositives: tp,
  falsePositives: fp,
  falseNegatives: fn,
}: Outcome): NoisyF1[] {
  const tn = rows - positives - fp;
  return wronglyMarkedShares.flatMap((a) =>
    missedShares.map((b) => {
      const found = tp * (1 - a) + fp * b;
      const called = tp + fp;
      const cheats = (tp + fn) * (1 - a) + (fp + tn) * b;
      return { wronglyMarked: a, missed: b, f1: (2 * found) / (called + cheats) };
    }),
  );
}
