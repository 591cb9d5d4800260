import type { ScoringTable, TaskData, TaskInput, TaskRecipe } from "../evaluation/index.js";
import type { PageOptions, TaskFindings } from "../report/index.js";
import { churn } from "../tasks/churn/index.js";
import { premium } from "../tasks/premium/index.js";
import { workflowErrors } from "./errors.js";

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
