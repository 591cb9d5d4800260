import { type CurvePoint, prCurve } from "@refrain/learn";
import type { LabelledDays } from "./data.js";
import { type Dispute, disputedMarks } from "./disputes.js";
import type { GamingFit } from "./fit-gaming.js";
import type { FitMethodOptions, LearningDays } from "./fit-method.js";
import { type NoisyF1, underNoise } from "./label-noise.js";
import { type FewLabels, learningCurve } from "./learning-curve.js";
import type { Outcome } from "./measure.js";
import { sweepTrims, type TrimStep } from "./trim-sweep.js";

/** Of the most suspicious marked rows so many were marked. */
export interface BudgetPrecision {
  readonly cases: number;
  readonly precision: number;
}

/** What else says how far to trust a detector; all on rows marked by hand. */
export interface Trust {
  /** Precision against recall on the test rows, else on the validation rows. */
  readonly curve: readonly CurvePoint[];
  readonly budgets: readonly BudgetPrecision[];
  readonly learningCurve: readonly FewLabels[];
  readonly trimSweep: readonly TrimStep[];
  readonly noise: readonly NoisyF1[];
  readonly disputes: readonly Dispute[];
}

const budgets = [10, 25, 50, 100, 200, 300, 400];

/**
 * Everything that needs marks and is not needed to score.
 * @param judged rows, scores and outcome by which the detector is judged
 */
export async function examine(
  days: LearningDays & { readonly validation: LabelledDays },
  fit: GamingFit,
  judged: { days: LabelledDays; scores: Float64Array; outcome: Outcome },
  options: FitMethodOptions,
): Promise<Trust> {
  const { scores } = judged;
  const shown = new Set([fit.gaming.method, "gaussian", "isolation-forest"]);
  const tried = fit.tried.filter(({ method }) => shown.has(method.name));
  return {
    curve: prCurve(judged.days.label, scores, { points: 200 }),
    budgets: precisionAtBudgets(judged.days.label, scores),
    learningCurve: await learningCurve(tried, days.validation, options),
    trimSweep: await sweepTrims(days, options),
    noise: underNoise(judged.outcome),
    disputes: await disputedMarks(fit, days.validation, options),
  };
}

function precisionAtBudgets(label: Float64Array, scores: Float64Array): BudgetPrecision[] {
  const order = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
  return budgets
    .filter((cases) => cases <= order.length)
    .map((cases) => ({
      cases,
      precision: order.slice(0, cases).reduce((sum, row) => sum + label[row]!, 0) / cases,
    }));
}
