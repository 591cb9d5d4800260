import { stat } from "node:fs/promises";
import { workflowErrors } from "./errors.js";

/** The ending of model files. */
export const modelEnding = ".refrain";

/**
 * Whether an argument is a file: it has a separator or the ending of model files. A bare word is
 * the name of a task or of a model.
 */
export function isModelPath(argument: string): boolean {
  return /[/\\]/.test(argument) || argument.endsWith(modelEnding);
}

/** The file in this folder that holds a task's latest model. */
export function latestModelPath(name: string): string {
  return `${name}${modelEnding}`;
}

/**
 * The model file that an argument means.
 * @param argument a path, or a bare word: `churn` is `churn.refrain` in this folder
 * @throws MODEL_NOT_FOUND
 */
export async function findModel(argument: string): Promise<string> {
  const path = isModelPath(argument) ? argument : latestModelPath(argument);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw workflowErrors.MODEL_NOT_FOUND({ given: argument, path });
  return path;
}
