import type { Frame } from "../frame/index.js";
import { openSession } from "../kernels/index.js";
import { alignFrame } from "../learners/index.js";
import type { ExplainExtras, Explanation, TreeModel } from "./contract.js";
import { explainErrors } from "./errors.js";
import { meanValues } from "./path-plan.js";
import { addPathValues, pathStepsOf } from "./path-shap.js";
import { planMemory, Watch } from "./watch.js";

/** What is explained. */
export interface TreeExplainOptions extends ExplainExtras {
  /** Which of the model's outputs; the first unless told. */
  readonly output?: number;
}

/**
 * Explains the margins of a model of trees by the Shapley values of its columns. What a column's
 * absence means is told by the trees themselves: a row then goes both ways, by the shares of the
 * training rows (the path-dependent form).
 * @param model boosted trees, a forest or one tree
 * @param frame rows to explain, with the columns of the model's schema
 * @returns a base, and one number a row and column; they sum to the row's margin
 * @throws FRAME_COLUMN_MISSING, FRAME_COLUMN_KIND, EXPLAIN_OUTPUT, EXPLAIN_MEMORY, LEARN_STOPPED
 * @source Lundberg, Erion, Lee 2018, "Consistent individualized feature attribution for tree
 *   ensembles"; Owen 1972, "Multilinear extensions of games", for the integral
 */
export async function explainTrees(
  model: TreeModel,
  frame: Frame,
  options: TreeExplainOptions = {},
): Promise<Explanation> {
  const { trees, start } = model;
  const output = options.output ?? 0;
  if (!(output in start)) throw explainErrors.EXPLAIN_OUTPUT({ output, outputs: start.length });
  const aligned = alignFrame(frame, model.schema);
  const { rowCount, columns, names } = aligned;
  const doing = "explaining trees";
  planMemory(doing, 8 * rowCount * columns.length, options);
  const watch = new Watch(doing, rowCount, options);
  await watch.pause();
  const values = new Float64Array(rowCount * columns.length);
  const means = meanValues(trees);
  let base = start[output]!;
  for (let tree = output; tree < trees.starts.length - 1; tree += trees.outputs) {
    base += means[trees.starts[tree]!]!;
  }
  const steps = rowCount * pathStepsOf(trees);
  const session = await openSession({ doing, threads: options.threads ?? 0, steps });
  try {
    await addPathValues({ session, trees, output, frame: aligned, values, watch });
  } finally {
    session.close();
  }
  return { columns: names, base, values };
}
