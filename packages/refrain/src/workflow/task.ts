import type {
  Evaluation,
  ScoringTable,
  TaskData,
  TaskInput,
  TaskRecipe,
} from "../evaluation/index.js";
import type { AnswerWords, PageOptions, QualityNote, ReadCounts } from "../report/index.js";
import { churn } from "../tasks/churn/index.js";
import { premium } from "../tasks/premium/index.js";
import { workflowErrors } from "./errors.js";

/** What a task's page is composed of. */
export interface TaskFindings {
  /** One an answer, in the order of the data. */
  readonly evaluations: readonly Evaluation[];
  /** How to speak of each answer. */
  readonly words: readonly AnswerWords[];
  /** Absent for a table that was not made from a lake. */
  readonly lake?: TaskInput;
  /** What became of the lines that were read into the lake. */
  readonly read?: ReadCounts;
  /** Findings of quality about the lake. */
  readonly quality?: readonly QualityNote[];
  /** Commands that give the same page again. */
  readonly commands?: readonly string[];
}

/** A task: four doors, data to report. */
export interface Task {
  readonly name: string;
  /** Rows to learn from, and rows to score now. */
  readonly data: {
    readonly learn: (input: TaskInput) => Promise<TaskData>;
    readonly current: (input: TaskInput) => Promise<ScoringTable>;
  };
  readonly recipe: TaskRecipe;
  /** The task's page; several tasks may be put into one. */
  readonly report: (findings: TaskFindings) => Promise<PageOptions>;
}

/** The catalogue of tasks; to add one, add its folder's index here. */
export const tasks: readonly Task[] = [churn, premium];

/**
 * A task by name.
 * @throws TASK_UNKNOWN
 */
export function findTask(name: string): Task {
  const task = tasks.find((one) => one.name === name);
  if (task) return task;
  throw workflowErrors.TASK_UNKNOWN({ given: name, known: tasks.map((one) => one.name) });
}
