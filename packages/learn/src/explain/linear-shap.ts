import type { Frame } from "../frame/index.js";
import { alignFrame, type FeatureSchema, learnerErrors } from "../learners/index.js";
import type { ExplainExtras, Explanation } from "./contract.js";
import { explainErrors } from "./errors.js";
import { planMemory, Watch } from "./watch.js";

/** A model whose margins are sums of columns: logistic, ridge, multinomial. */
export interface ExplainedLinear {
  /** Columns wanted. */
  readonly schema: FeatureSchema;
  /** One a column; of several outputs outputs × columns, row-major. */
  readonly coefficients: Float64Array;
  /** Margin where every column is 0. */
  readonly intercept?: number;
  /** The same, one an output. */
  readonly intercepts?: Float64Array;
}

/** What is explained. */
export interface LinearExplainOptions extends ExplainExtras {
  /** Rows whose means stand for columns that are not known. */
  readonly background: Frame;
  /** Which of the model's outputs; the first unless told. */
  readonly output?: number;
}

/** Rows that are explained between looks at the signal. */
const ROWS_BETWEEN_POLLS = 4096;

/** The numbers of an aligned table; the linear learners take no others. */
function finiteColumns(frame: Frame): (Float64Array | Float32Array)[] {
  return frame.columns.map(({ name }) => {
    const values = frame.numbers(name);
    const row = values.findIndex((value) => !Number.isFinite(value));
    if (row < 0) return values;
    const details = { learner: "linear", column: name, row, value: values[row]! };
    throw learnerErrors.FEATURE_VALUE(details);
  });
}

function meanOf(values: Float64Array | Float32Array): number {
  let sum = 0;
  for (let row = 0; row < values.length; row++) sum += values[row]!;
  return sum / values.length;
}

/**
 * Explains the margins of a linear model by the Shapley values of its columns, background rows
 * telling what a column may be where it is not known: coefficient × (value - mean).
 * @param frame rows to explain, with the columns of the model's schema
 * @returns the mean margin of the background, and one number a row and column; they sum to the
 *   margin
 * @throws FRAME_COLUMN_MISSING, FRAME_COLUMN_KIND, FEATURE_VALUE, EXPLAIN_OUTPUT,
 *   EXPLAIN_BACKGROUND, EXPLAIN_MEMORY, LEARN_STOPPED
 * @source Lundberg, Lee 2017, "A unified approach to interpreting model predictions", corollary 1
 */
export async function explainLinear(
  model: ExplainedLinear,
  frame: Frame,
  options: LinearExplainOptions,
): Promise<Explanation> {
  const { schema, coefficients } = model;
  const output = options.output ?? 0;
  const intercepts = model.intercepts ?? [model.intercept ?? 0];
  if (!(output in intercepts)) {
    throw explainErrors.EXPLAIN_OUTPUT({ output, outputs: intercepts.length });
  }
  if (options.background.rowCount === 0) throw explainErrors.EXPLAIN_BACKGROUND({});
  const aligned = alignFrame(frame, schema);
  const { rowCount, names } = aligned;
  const width = names.length;
  const doing = "explaining a linear model";
  planMemory(doing, 8 * rowCount * width, options);
  const watch = new Watch(doing, rowCount, options);
  await watch.pause();
  const means = finiteColumns(alignFrame(options.background, schema)).map(meanOf);
  const columns = finiteColumns(aligned);
  const own = coefficients.subarray(output * width, (output + 1) * width);
  const base = means.reduce((sum, mean, k) => sum + own[k]! * mean, intercepts[output]!);
  const values = new Float64Array(rowCount * width);
  for (let first = 0; first < rowCount; first += ROWS_BETWEEN_POLLS) {
    const last = Math.min(first + ROWS_BETWEEN_POLLS, rowCount);
    for (let k = 0; k < width; k++) {
      const from = columns[k]!;
      for (let row = first; row < last; row++) {
        values[row * width + k] = own[k]! * (from[row]! - means[k]!);
      }
    }
    await watch.advance(last - first);
  }
  return { columns: names, base, values };
}
