import { type Model, numberColumn } from "@refrain/learn";
import {
  type Evaluation,
  evaluate,
  type RandomLabelOptions,
  readOracle,
  rowsWhere,
  type TaskAnswer,
} from "../evaluation/index.js";
import { type AnswerWords, type PageOptions, page } from "../report/index.js";
import { lakeFacts } from "./lake-facts.js";
import { learningData, type TaskJob, taskInput } from "./source.js";
import { findTask, type Task } from "./task.js";

/** What `evaluateTask` is told. */
export interface EvaluateTaskOptions extends TaskJob {
  /** Name of the task. */
  readonly task: string;
  /** Decides every random choice; 1 unless told. */
  readonly seed?: number;
  /** Folder with the truth of a simulation, to see how much of the attainable was reached. */
  readonly truth?: string;
  /** How the run on random labels is made. */
  readonly randomLabels?: Partial<RandomLabelOptions>;
  /** Receives each answer when it is judged, with the models of its main protocol by name. */
  readonly onAnswer?: (judged: JudgedAnswer) => Promise<void>;
}

/** One answer that was judged. */
export interface JudgedAnswer {
  /** The rows and how they are judged. */
  readonly answer: TaskAnswer;
  /** What was found. */
  readonly evaluation: Evaluation;
  /** Models of the main protocol by name. */
  readonly models: ReadonlyMap<string, Model>;
  /** Named version of the features. */
  readonly featureVersion: string;
}

/** What `evaluateTask` found. */
export interface TaskEvaluation {
  /** Name of the task. */
  readonly task: string;
  /** One an answer; the first is what `train` learns. */
  readonly evaluations: readonly Evaluation[];
  /** What a yes of each answer means. */
  readonly meanings: readonly string[];
  /** How to speak of each answer. */
  readonly words: readonly AnswerWords[];
}

/**
 * Judges every learner and baseline of a task under its protocol, for each of its answers.
 * @throws TASK_UNKNOWN, OPTION_NEEDED, and what reading and learning throw
 */
export async function evaluateTask(options: EvaluateTaskOptions): Promise<TaskEvaluation> {
  const task = findTask(options.task);
  const data = await learningData(task, options);
  const evaluations: Evaluation[] = [];
  for (const answer of data.answers) {
    const known = options.truth === undefined ? answer : await withTruth(answer, options.truth);
    const models = new Map<string, Model>();
    const evaluation = await evaluateAnswer(task, known, options, (name, model) => {
      models.set(name, model);
    });
    evaluations.push(evaluation);
    await options.onAnswer?.({ answer, evaluation, models, featureVersion: data.featureVersion });
  }
  return {
    task: task.name,
    evaluations,
    meanings: data.answers.map((answer) => answer.meaning),
    words: data.answers.map((answer) => answer.words),
  };
}

/** The same rows with their true probabilities, without rows of which the truth knows nothing. */
async function withTruth(answer: TaskAnswer, directory: string): Promise<TaskAnswer> {
  const { table } = answer;
  if (answer.truth === undefined || table.periods === undefined) return answer;
  const { list, of } = table.periods;
  const truth = await readOracle(directory, {
    label: answer.truth,
    users: table.users.map(String),
    at: Array.from(of, (place) => list[place]!.name),
  });
  const rows = rowsWhere(truth.length, (row) => !Number.isNaN(truth[row]));
  const strangers = truth.length - rows.length;
  return {
    ...answer,
    table: {
      features: table.features.take(rows),
      target: Float64Array.from(rows, (row) => table.target[row]!),
      users: Array.from(rows, (row) => table.users[row]!),
      periods: { list, of: Int32Array.from(rows, (row) => of[row]!) },
      truth: Float64Array.from(rows, (row) => truth[row]!),
    },
    ...(answer.otherTargets
      ? {
          otherTargets: answer.otherTargets.map(({ name, values }) =>
            numberColumn(
              name,
              Float64Array.from(rows, (row) => values[row]!),
            ),
          ),
        }
      : {}),
    dropped: { ...answer.dropped, ...(strangers > 0 ? { without_truth: strangers } : {}) },
  };
}

function evaluateAnswer(
  task: Task,
  answer: TaskAnswer,
  { seed = 1, signal, onProgress, randomLabels, limits: resources }: EvaluateTaskOptions,
  onFitted: (name: string, model: Model) => void,
): Promise<Evaluation> {
  const { name, table, protocol, split, dropped, otherTargets, suspicions, limits } = answer;
  return evaluate({
    task: task.name,
    target: name,
    table,
    candidates: task.recipe.candidates,
    protocol,
    seed,
    dropped,
    limits,
    onFitted,
    ...(resources?.threads === undefined ? {} : { threads: resources.threads }),
    ...(randomLabels === undefined ? {} : { randomLabels }),
    ...(split === undefined ? {} : { split }),
    ...(otherTargets === undefined ? {} : { otherTargets }),
    ...(suspicions === undefined ? {} : { suspicions }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}

/**
 * What a task's page is made of; several tasks may be put into one.
 * @throws LAKE_NOT_FOUND, LAKE_VERSION
 */
export async function taskReport(
  options: EvaluateTaskOptions,
  { task, evaluations, words }: TaskEvaluation,
): Promise<PageOptions> {
  const { source } = options;
  return await findTask(task).report({
    evaluations,
    words,
    commands: [commandOf(options)],
    ...("lake" in source
      ? { lake: taskInput(options, source.lake), ...(await lakeFacts(source.lake, options)) }
      : {}),
  });
}

/** The command line that gives the same page again. */
function commandOf({ task, source, seed = 1, truth }: EvaluateTaskOptions): string {
  const words = ["refrain evaluate", task];
  if ("lake" in source) words.push("--lake", source.lake);
  else {
    const { id, target, time, group, drop } = source.columns;
    words.push(...source.files, "--id", id);
    for (const [name, value] of Object.entries({ target, time, group, drop: drop?.join(",") })) {
      if (value !== undefined) words.push(`--${name}`, value);
    }
  }
  if (truth !== undefined) words.push("--truth", truth);
  return `${words.join(" ")} --seed ${seed} --html report.html`;
}

/** The task's report as one self-contained HTML file. */
export async function taskPage(
  options: EvaluateTaskOptions,
  found: TaskEvaluation,
): Promise<string> {
  return page(await taskReport(options, found));
}
