import { type Evaluation, evaluate, type TaskAnswer } from "../evaluation/index.js";
import { type AnswerWords, type PageOptions, page } from "../report/index.js";
import { lakeFacts } from "./lake-facts.js";
import { learningData, type TaskJob, taskInput } from "./source.js";
import { findTask, type Task } from "./task.js";

/** What `evaluateTask` is told. */
export interface EvaluateTaskOptions extends TaskJob {
  readonly task: string;
  readonly seed?: number;
  /** Folder with the truth of a simulation, to see how much of the attainable was reached. */
  readonly truth?: string;
}

/** What `evaluateTask` found. */
export interface TaskEvaluation {
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
    evaluations.push(await evaluateAnswer(task, answer, options));
  }
  return {
    task: task.name,
    evaluations,
    meanings: data.answers.map((answer) => answer.meaning),
    words: data.answers.map((answer) => answer.words),
  };
}

function evaluateAnswer(
  task: Task,
  answer: TaskAnswer,
  { seed = 1, signal, onProgress }: EvaluateTaskOptions,
): Promise<Evaluation> {
  const { name, table, protocol, split, dropped, otherTargets, limits } = answer;
  return evaluate({
    task: task.name,
    target: name,
    table,
    candidates: task.recipe.candidates,
    protocol,
    seed,
    dropped,
    limits,
    ...(split === undefined ? {} : { split }),
    ...(otherTargets === undefined ? {} : { otherTargets }),
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
  const { source, limits } = options;
  return await findTask(task).report({
    evaluations,
    words,
    ...("lake" in source
      ? { lake: taskInput(options, source.lake), ...(await lakeFacts(source.lake, limits)) }
      : {}),
  });
}

/** The task's report as one self-contained HTML file. */
export async function taskPage(
  options: EvaluateTaskOptions,
  found: TaskEvaluation,
): Promise<string> {
  return page(await taskReport(options, found));
}
