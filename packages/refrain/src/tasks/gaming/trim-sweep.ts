import { bestF1, densitySweep, gaussian } from "@refrain/learn";
import type { FitMethodOptions, LearningDays } from "./fit-method.js";
import { publishedFeatures } from "./read-usage.js";

/** The original's detector at one trim, on the validation rows. */
export interface TrimStep {
  /** Standard deviations; null = no trim. */
  readonly trim: number | null;
  readonly rowsTrimmed: number;
  /** F1 by the original's 1,000 steps of the density. */
  readonly swept: number;
  /** F1 by the best of all log densities. */
  readonly exact: number;
}

const trims = [5, 10, 15, 20, 30, 40, 55, 80, 120, 200, null];

/** How much hangs on the original's one free number. */
export async function sweepTrims(
  { train, validation }: LearningDays,
  { seed, signal, onProgress }: FitMethodOptions,
): Promise<TrimStep[]> {
  if (validation === undefined) return [];
  const steps: TrimStep[] = [];
  const features = train.features.select(publishedFeatures);
  for (const trim of trims) {
    onProgress?.({ doing: "sweeping the trim", share: steps.length / trims.length });
    const options = { trim, trimDecimals: 3, seed };
    const model = await gaussian.fit(features, undefined, options, { signal });
    const scores = await model.predict(validation.features, { signal });
    const trimmed = Object.values(model.card.summary["rowsTrimmed"] as Record<string, number>);
    steps.push({
      trim,
      rowsTrimmed: trimmed.reduce((sum, rows) => sum + rows, 0),
      swept: densitySweep(validation.label, scores).f1,
      exact: bestF1(validation.label, scores).f1,
    });
  }
  return steps;
}
