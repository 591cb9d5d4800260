import type { Model } from "@refrain/learn";
import {
  type Candidate,
  type Evaluation,
  evaluate,
  type MetricEstimates,
  metricNames,
  type TaskAnswer,
} from "../evaluation/index.js";
import { workflowErrors } from "./errors.js";
import { saveModel, type TaskCard } from "./model-file.js";
import { learningData, type TaskJob } from "./source.js";
import { findTask, type Task } from "./task.js";

/** What `train` is told. */
export interface TrainOptions extends TaskJob {
  /** Name of the task. */
  readonly task: string;
  /** Name of a learner of the task; the one that does best on validation rows unless told. */
  readonly learner?: string;
  /** Model file. */
  readonly out: string;
  /** Where the task's latest model stands too; nowhere unless told. */
  readonly latest?: string;
  /** Decides every random choice; 1 unless told. */
  readonly seed?: number;
}

/** What `train` did; the JSON of `refrain train`. */
export interface TrainSummary {
  /** The model file. */
  readonly model: string;
  /** Hash of the file's bytes. */
  readonly hash: string;
  /** Name of the learner. */
  readonly kind: string;
  /** How it was chosen among the task's learners, in words. */
  readonly chosenBy: string;
  /** Name of the task. */
  readonly task: string;
  /** Name of the answer that it predicts. */
  readonly target: string;
  /** Rows learnt from. */
  readonly rows: number;
  /** Columns that the model wants. */
  readonly features: number;
  /** Options that were chosen. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Seed of the fit. */
  readonly seed: number;
  /** On test rows that the model has not seen. */
  readonly metrics: MetricEstimates;
  /** How it was judged, in words. */
  readonly protocol: string;
  /** Features and results too good to be true. */
  readonly suspicions: Evaluation["suspicions"];
  /** Time of the whole. */
  readonly seconds: number;
  /** Highest resident memory of this process so far. */
  readonly peakMemoryBytes: number;
}

/**
 * Fits and calibrates the models of a task on the training side of its protocol, chooses the best
 * on validation rows inside it, judges it once on the rows behind, and writes the very model that
 * was judged.
 * @throws TASK_UNKNOWN, LEARNER_UNKNOWN, NOTHING_TO_LEARN, OPTION_NEEDED, and what reading and
 *   learning throw
 */
export async function train(options: TrainOptions): Promise<TrainSummary> {
  const started = performance.now();
  const { seed = 1 } = options;
  const task = findTask(options.task);
  const learners = findLearners(task, options.learner);
  const data = await learningData(task, options);
  const answer = data.answers[0]!;
  const { evaluation, models } = await judge(task, answer, learners, { ...options, seed });
  const found = evaluation.models.find((one) => one.name === evaluation.best);
  const model = models.get(evaluation.best ?? "");
  if (model === undefined || found === undefined) {
    throw workflowErrors.NOTHING_TO_LEARN({ target: answer.name, reason: evaluation.chosenBy });
  }
  const metrics = metricsOf(found);
  const { out, latest = out } = options;
  const card = taskCard(options, answer, data.featureVersion, metrics);
  const hash = await saveModel(new Set([out, latest]), model, card);
  return {
    model: out,
    hash,
    kind: found.name,
    chosenBy: evaluation.chosenBy,
    task: task.name,
    target: answer.name,
    rows: model.card.trainingRows,
    features: model.schema.columns.length,
    options: found.options,
    seed,
    metrics,
    protocol: evaluation.protocol,
    suspicions: evaluation.suspicions,
    seconds: (performance.now() - started) / 1000,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  };
}

/** What the file of a model says about its task. */
export function taskCard(
  job: TaskJob & { readonly task: string },
  answer: TaskAnswer,
  featureVersion: string,
  metrics: MetricEstimates,
): TaskCard {
  return {
    task: job.task,
    target: answer.name,
    meaning: answer.meaning,
    featureVersion,
    ...("lake" in job.source ? { options: job.options ?? {} } : { columns: job.source.columns }),
    metrics,
  };
}

/** The metrics of one model of an evaluation. */
export function metricsOf(found: Evaluation["models"][number]): MetricEstimates {
  return Object.fromEntries(metricNames.map((name) => [name, found[name]])) as MetricEstimates;
}

/** The learners and the baselines beside them, under the task's own protocol. */
async function judge(
  task: Task,
  answer: TaskAnswer,
  learners: readonly Candidate[],
  options: TrainOptions & { seed: number },
): Promise<{ evaluation: Evaluation; models: ReadonlyMap<string, Model> }> {
  const models = new Map<string, Model>();
  const { signal, onProgress, seed, limits } = options;
  const baselines = task.recipe.candidates.filter((one) => one.kind === "baseline");
  const evaluation = await evaluate({
    task: task.name,
    target: answer.name,
    table: answer.table,
    candidates: [...baselines, ...learners],
    protocol: answer.protocol,
    besides: [],
    // The model is to be one fit of one training side: folds in turn are for `evaluate`.
    split: { ...answer.split, testedFolds: 1, repeats: 1 },
    seed,
    randomLabels: { repeats: 0 },
    importance: false,
    dropped: answer.dropped,
    onFitted: (name, fitted) => models.set(name, fitted),
    ...(limits?.threads === undefined ? {} : { threads: limits.threads }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  return { evaluation, models };
}

function findLearners(task: Task, name: string | undefined): readonly Candidate[] {
  const models = task.recipe.candidates.filter((one) => one.kind !== "baseline");
  const found = name === undefined ? models : models.filter((one) => one.name === name);
  if (found.length > 0) return found;
  throw workflowErrors.LEARNER_UNKNOWN({
    given: name ?? "",
    task: task.name,
    known: models.map((one) => one.name),
  });
}
