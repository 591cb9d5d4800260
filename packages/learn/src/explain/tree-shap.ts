import type { Frame } from "../frame/index.js";
import { openSession } from "../kernels/index.js";
import { alignFrame } from "../learners/index.js";
import { addBackgroundValues, backgroundSteps, meanOfTrees } from "./background-shap.js";
import type { ExplainExtras, ExplainedTrees, Explanation } from "./contract.js";
import { explainErrors } from "./errors.js";
import { meanValues } from "./path-plan.js";
import { addPathValues, pathStepsOf, type ShapWork } from "./path-shap.js";
import { planMemory, Watch } from "./watch.js";

/** What is explained. */
export interface TreeExplainOptions extends ExplainExtras {
  /** Which of the model's outputs; the first unless told. */
  readonly output?: number;
  /**
   * Rows that tell what a column may be where it is not known (the interventional form): values
   * then explain the difference to their mean margin. Unless given, the trees' training rows tell,
   * along each path.
   */
  readonly background?: Frame;
}

/** Margin of a row that nothing is known of. */
async function baseOf(
  { trees, start }: ExplainedTrees,
  output: number,
  background: Frame | undefined,
  watch: Watch,
): Promise<number> {
  if (background !== undefined) {
    return start[output]! + (await meanOfTrees(trees, output, background, watch));
  }
  const means = meanValues(trees);
  let base = start[output]!;
  for (let tree = output; tree < trees.starts.length - 1; tree += trees.outputs) {
    base += means[trees.starts[tree]!]!;
  }
  return base;
}

/**
 * Explains the margins of a model of trees by the Shapley values of its columns. What a column's
 * absence means is told by the trees themselves: a row then goes both ways, by the shares of the
 * training rows (the path-dependent form). Or background rows tell it (the interventional form);
 * the work grows by the sum of both tables, not by their product.
 * @param model boosted trees, a forest or one tree
 * @param frame rows to explain, with the columns of the model's schema
 * @returns a base, and one number a row and column; they sum to the row's margin
 * @throws FRAME_COLUMN_MISSING, FRAME_COLUMN_KIND, EXPLAIN_OUTPUT, EXPLAIN_BACKGROUND,
 *   EXPLAIN_PATH, EXPLAIN_MEMORY, LEARN_STOPPED
 * @source Lundberg, Erion, Lee 2018, "Consistent individualized feature attribution for tree
 *   ensembles"; Owen 1972, "Multilinear extensions of games", for the integral; Nadel, Wettenstein
 *   2026, "From decision trees to Boolean logic" (WOODELF), for patterns of background rows
 */
export async function explainTrees(
  model: ExplainedTrees,
  frame: Frame,
  options: TreeExplainOptions = {},
): Promise<Explanation> {
  const { trees, start, schema } = model;
  const output = options.output ?? 0;
  if (!(output in start)) throw explainErrors.EXPLAIN_OUTPUT({ output, outputs: start.length });
  const background = options.background && alignFrame(options.background, schema);
  if (background?.rowCount === 0) throw explainErrors.EXPLAIN_BACKGROUND({});
  const aligned = alignFrame(frame, schema);
  const { rowCount, columns, names } = aligned;
  const doing = "explaining trees";
  planMemory(doing, 8 * rowCount * columns.length, options);
  const watch = new Watch(doing, rowCount, options);
  await watch.pause();
  const values = new Float64Array(rowCount * columns.length);
  const base = await baseOf(model, output, background, watch);
  const work = { trees, output, frame: aligned, values, watch };
  const steps =
    background === undefined
      ? rowCount * pathStepsOf(trees)
      : backgroundSteps(trees, rowCount, background.rowCount);
  const session = await openSession({ doing, threads: options.threads ?? 0, steps });
  try {
    await addValues({ ...work, session }, background);
  } finally {
    session.close();
  }
  return { columns: names, base, values };
}

function addValues(work: ShapWork, background: Frame | undefined): Promise<void> {
  return background === undefined
    ? addPathValues(work)
    : addBackgroundValues({ ...work, background });
}
