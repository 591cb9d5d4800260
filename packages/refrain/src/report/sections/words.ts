import type { Estimate } from "@refrain/learn";
import type { Evaluation, MetricName, ModelEvaluation } from "../../evaluation/index.js";
import type { Content } from "../markup.js";
import { formatInterval, formatMetric } from "../numbers.js";
import type { Section } from "../page.js";
import { seriesCount } from "../palette.js";
import { withRange, withReason } from "../parts.js";

/** How a task speaks of its answers. */
export interface AnswerWords {
  /** Stands before the titles of the sections where a page shows several answers. */
  readonly heading?: string;
  /** Of a row with answer yes, as a verb, for example `leaves`; it follows “share that …”. */
  readonly yes: string;
  /** Of a row with answer no, for example `stays`. */
  readonly no: string;
}

/** Words where a task has none of its own. */
export const plainWords: AnswerWords = Object.freeze({ yes: "yes", no: "no" });

/** A metric as readers know it. */
export const metricTitles: Readonly<Record<MetricName, string>> = {
  rocAuc: "ROC-AUC",
  prAuc: "PR-AUC",
  logLoss: "Log-loss",
  brier: "Brier",
  ece: "ECE",
  f1: "F1",
  accuracy: "Accuracy",
  liftAt10: "Lift at 10 %",
};

/** What each metric asks, in one line. */
export const metricMeanings: Readonly<Record<MetricName, string>> = {
  rocAuc: "the chance that a yes scores above a no; .5 is guessing",
  prAuc: "how pure the top of the list is; guessing gives the share of yes",
  logLoss: "how wrong the probabilities are; less is better",
  brier: "mean squared error of the probabilities; less is better",
  ece:
    "how far probabilities are from the shares that came true (15 bins of equal size); less " +
    "is better",
  f1: "balance of found and rightly called, at a threshold fixed before the test",
  accuracy: "share of rows called rightly at .5; compare it with the naive classifier",
  liftAt10: "how many times more yes in the top 10 % than in the whole",
};

/** Title of a section, in the group of its answer where a page shows several. */
export function titled(words: AnswerWords, title: string): Pick<Section, "title" | "group"> {
  return words.heading === undefined ? { title } : { title, group: words.heading };
}

/** A value over its interval, or a dash over the reason. */
export function estimateCell(estimate: Estimate): Content {
  if (estimate.value === null) return withReason(estimate.reason ?? "not defined");
  const range =
    estimate.low === null ? (estimate.reason ?? "") : formatInterval(estimate.low, estimate.high);
  return withRange(formatMetric(estimate.value), range);
}

/** A value and its interval in a sentence. */
export function estimateText(estimate: Estimate): string {
  if (estimate.value === null) return `not known (${estimate.reason ?? "not defined"})`;
  const range = estimate.low === null ? "" : ` (${formatInterval(estimate.low, estimate.high)})`;
  return `${formatMetric(estimate.value)}${range}`;
}

/** A signed difference and its interval in a sentence. */
export function differenceText(difference: Estimate): string {
  const sign = (difference.value ?? 0) > 0 ? "+" : "";
  return `${sign}${estimateText(difference)}`;
}

/** Models before baselines; each keeps its colour on the whole page. */
export function modelsInOrder(evaluation: Evaluation): readonly ModelEvaluation[] {
  const isBaseline = (model: ModelEvaluation) => (model.kind === "baseline" ? 1 : 0);
  return [...evaluation.models].sort((a, b) => isBaseline(a) - isBaseline(b));
}

/** The models that have a curve worth a line: as many as can be told apart, models first. */
export function drawnModels(evaluation: Evaluation): readonly ModelEvaluation[] {
  return modelsInOrder(evaluation)
    .filter((model) => (evaluation.curves[model.name]?.roc.length ?? 0) > 2)
    .slice(0, seriesCount);
}

/** Place of a drawn model in the palette. */
export function seriesOf(evaluation: Evaluation, name: string): number {
  return Math.max(
    0,
    drawnModels(evaluation).findIndex((model) => model.name === name),
  );
}

/** Whether there is any number; otherwise one reason stands for all. */
export function isEstimated(evaluation: Evaluation): boolean {
  return evaluation.models.some((model) => model.logLoss.value !== null);
}

/** The chosen model. */
export function bestModel(evaluation: Evaluation): ModelEvaluation | undefined {
  return evaluation.models.find((model) => model.name === evaluation.best);
}
