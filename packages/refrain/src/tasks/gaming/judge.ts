import { markedThreshold } from "./cut.js";
import type { LabelledDays } from "./data.js";
import type { GamingFit } from "./fit-gaming.js";
import type { LearningDays } from "./fit-method.js";
import {
  type MeasureOptions,
  measure,
  measureTest,
  type Outcome,
  type TestOutcome,
} from "./measure.js";
import { rules, ruleThreshold } from "./rules.js";

/** Something to beat: a rule of one number, or the original. */
export interface Baseline {
  readonly name: string;
  readonly doc: string;
  /** Rows with at least this score are called. */
  readonly threshold: number;
  readonly validation: Outcome;
  readonly test?: Outcome;
}

/** How a detector does on marked rows; parts without their rows are absent. */
export interface Judgement {
  /** On validation rows, by models that have not seen their users. */
  readonly validation?: Outcome;
  /** On rows that nothing was learnt from. */
  readonly test?: TestOutcome;
  readonly baselines: readonly Baseline[];
}

/** What is judged. */
export interface Judged {
  readonly days: LearningDays;
  readonly fit: GamingFit;
  readonly test: LabelledDays | undefined;
  /** Of the chosen model, one a test row. */
  readonly testScores: Float64Array | undefined;
}

/** Judges the chosen model and what it must beat, thresholds from the validation rows alone. */
export async function judge(
  { days: { validation }, fit, test, testScores }: Judged,
  options: MeasureOptions,
): Promise<Judgement> {
  const threshold = fit.gaming.threshold;
  const known = new Set(validation?.users);
  const onTest =
    test && testScores && threshold !== undefined
      ? { test: await measureTest(test, testScores, threshold, { ...options, known }) }
      : {};
  if (validation === undefined || threshold === undefined) return { ...onTest, baselines: [] };
  return {
    validation: await measure(validation, fit.chosen.scores, threshold, options),
    ...onTest,
    baselines: [
      ...(await gaussianBaselines(fit, validation, test, options)),
      ...(await ruleBaselines(validation, test, options)),
    ],
  };
}

async function ruleBaselines(
  validation: LabelledDays,
  test: LabelledDays | undefined,
  options: MeasureOptions,
): Promise<Baseline[]> {
  const found: Baseline[] = [];
  for (const rule of rules) {
    const { name, doc } = rule;
    const threshold = ruleThreshold(rule, validation);
    const on = (days: LabelledDays) => measure(days, rule.score(days.features), threshold, options);
    const tested = test ? { test: await on(test) } : {};
    found.push({ name, doc, threshold, validation: await on(validation), ...tested });
  }
  return found;
}

/** The original as shipped and with the exact threshold, where they were fitted. */
async function gaussianBaselines(
  { tried }: GamingFit,
  validation: LabelledDays,
  test: LabelledDays | undefined,
  options: MeasureOptions,
): Promise<Baseline[]> {
  const found: Baseline[] = [];
  for (const { method, model, scores } of tried) {
    if (model === undefined) continue;
    if (method.name !== "original" && method.name !== "gaussian") continue;
    const { name, doc } = method;
    const threshold = markedThreshold(method, validation.label, scores);
    const tested = test && {
      test: await measure(test, await model.predict(test.features), threshold, options),
    };
    const own = await measure(validation, scores, threshold, options);
    found.push({ name, doc, threshold, validation: own, ...tested });
  }
  return found;
}
