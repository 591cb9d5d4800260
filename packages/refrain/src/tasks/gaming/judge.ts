import { markedThreshold } from "./cut.js";
import type { LabelledDays } from "./data.js";
import type { GamingFit } from "./fit-gaming.js";
import type { LearningDays } from "./fit-method.js";
import {
  type Called,
  type MeasureOptions,
  measureEach,
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
  const { threshold } = fit.gaming;
  const toBeat = validation && threshold !== undefined ? await rivalsOf(fit, validation, test) : [];
  const testing = { ...options, known: new Set(validation?.users) };
  const tested =
    test && testScores && threshold !== undefined
      ? await measureTest(
          test,
          { scores: testScores, threshold },
          testing,
          toBeat.map((one) => one.onTest!),
        )
      : undefined;
  const onTest = tested ? { test: tested[0] } : {};
  if (validation === undefined || threshold === undefined) return { ...onTest, baselines: [] };
  const chosen = { scores: fit.chosen.scores, threshold };
  const called = [chosen, ...toBeat.map(({ onValidation }) => onValidation)];
  const [own, ...others] = await measureEach(validation, called, options);
  return {
    validation: own!,
    ...onTest,
    baselines: toBeat.map(({ name, doc, onValidation }, at) => ({
      ...{ name, doc, threshold: onValidation.threshold, validation: others[at]! },
      ...(tested && { test: tested[1 + at]! }),
    })),
  };
}

/** What the chosen model must beat, not judged yet. */
interface Rival extends Pick<Baseline, "name" | "doc"> {
  readonly onValidation: Called;
  readonly onTest: Called | undefined;
}

/** The original as shipped and with the exact threshold, where they were fitted; then rules. */
async function rivalsOf(
  { tried }: GamingFit,
  validation: LabelledDays,
  test: LabelledDays | undefined,
): Promise<Rival[]> {
  const found: Rival[] = [];
  const add = async (
    { name, doc }: Pick<Baseline, "name" | "doc">,
    onValidation: Called,
    score: (days: LabelledDays) => Promise<Float64Array>,
  ): Promise<void> => {
    const { threshold } = onValidation;
    const onTest = test && { scores: await score(test), threshold };
    found.push({ name, doc, onValidation, onTest });
  };
  for (const { method, model, scores } of tried) {
    if (model === undefined) continue;
    if (method.name !== "original" && method.name !== "gaussian") continue;
    const threshold = markedThreshold(method, validation.label, scores);
    await add(method, { scores, threshold }, (days) => model.predict(days.features));
  }
  for (const rule of rules) {
    const scores = rule.score(validation.features);
    const threshold = ruleThreshold(rule, validation);
    await add(rule, { scores, threshold }, async (days) => rule.score(days.features));
  }
  return found;
}
