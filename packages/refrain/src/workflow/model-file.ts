import { readFile, writeFile } from "node:fs/promises";
import { type Json, type Model, modelHash, readModel, writeModel } from "@refrain/learn";
import type { MetricEstimates } from "../evaluation/index.js";
import { writeAtomically } from "../foundation/index.js";
import { workflowErrors } from "./errors.js";
import type { WideColumns } from "./wide-table.js";

/** What a model file says about the task that it was learnt for. */
export interface TaskCard {
  readonly task: string;
  readonly target: string;
  /** What a yes means. */
  readonly meaning: string;
  readonly featureVersion: string;
  /** The task's own options, where it was learnt from a lake. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Columns of the file that it was learnt from. */
  readonly columns?: WideColumns;
  /** On test rows. */
  readonly metrics: MetricEstimates;
}

/**
 * Writes a model with its task to each of the paths; equal models give equal bytes.
 * @returns the model's hash
 * @throws DISK_FULL
 */
export async function saveModel(
  paths: Iterable<string>,
  model: Model,
  { metrics, ...task }: TaskCard,
): Promise<string> {
  // Through JSON: what is undefined is not there.
  const extras = JSON.parse(JSON.stringify({ task, test: metrics })) as Record<string, Json>;
  const bytes = writeModel(model, { metrics: extras });
  for (const path of paths) await writeAtomically(path, (temporary) => writeFile(temporary, bytes));
  return modelHash(bytes);
}

/** A model with what its file says. */
export interface LoadedModel {
  readonly model: Model;
  readonly card: TaskCard;
  /** All that the file keeps beside the model. */
  readonly metrics: Readonly<Record<string, Json>>;
  readonly hash: string;
}

/**
 * Reads and verifies a model file.
 * @throws MODEL_WITHOUT_TASK, and what `readModel` throws
 */
export async function loadModel(path: string): Promise<LoadedModel> {
  const model = readModel(await readFile(path));
  const { task, test } = model.metrics as { task?: Partial<TaskCard>; test?: MetricEstimates };
  if (typeof task?.task !== "string" || typeof task.target !== "string" || test === undefined) {
    throw workflowErrors.MODEL_WITHOUT_TASK({ path });
  }
  const card = { ...(task as TaskCard), metrics: test };
  return { model, card, metrics: model.metrics, hash: model.hash };
}
