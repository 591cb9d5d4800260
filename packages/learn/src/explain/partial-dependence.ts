import {
  type CategoryColumn,
  type Column,
  codedColumn,
  type Frame,
  numberColumn,
} from "../frame/index.js";
import type { Model } from "../learners/index.js";
import type { ExplainExtras } from "./contract.js";
import { explainErrors } from "./errors.js";
import { planMemory, Watch } from "./watch.js";

/** What is varied, and over which values. */
export interface PartialDependenceOptions extends ExplainExtras {
  /** Values asked at most, of a column of numbers: quantiles of the table's; 20 unless told. */
  readonly points?: number;
  /** Values asked, instead: numbers, texts, null for missing. */
  readonly grid?: readonly (number | string | null)[];
  /** Whether each row's own curve is kept (individual conditional expectation). */
  readonly curves?: boolean;
  /** Which of the model's outputs; the first unless told. */
  readonly output?: number;
}

/** What a model predicts as one column varies and the others stay as they are. */
export interface PartialDependence {
  /** The column. */
  readonly column: string;
  /** Values asked; null stands for missing. */
  readonly grid: readonly (number | string | null)[];
  /** Mean prediction of all rows, one a value. */
  readonly mean: Float64Array;
  /** Rows × values, row-major, where they were asked for. */
  readonly curves?: Float64Array;
}

function quantiles(values: Float64Array | Float32Array, points: number): (number | null)[] {
  const known = Float64Array.from(values).filter((value) => !Number.isNaN(value));
  known.sort();
  const distinct = new Set<number>();
  const last = Math.max(1, points - 1);
  for (let k = 0; k < Math.min(points, known.length); k++) {
    distinct.add(known[Math.round((k / last) * (known.length - 1))]!);
  }
  return [...distinct, ...(known.length < values.length ? [null] : [])];
}

function categoriesOf({ codes, dictionary }: CategoryColumn): (string | null)[] {
  const seen = new Uint8Array(dictionary.length);
  let missing = false;
  for (const code of codes) {
    if (code < 0) missing = true;
    else seen[code] = 1;
  }
  return [...dictionary.filter((_, code) => seen[code] === 1), ...(missing ? [null] : [])];
}

/** The column with one value in every row. */
function constant(column: Column, value: number | string | null, rows: number): Column {
  const { name } = column;
  if (column.kind === "number") {
    const number = value === null ? Number.NaN : Number(value);
    return numberColumn(name, new Float64Array(rows).fill(number));
  }
  if (value === null) return codedColumn(name, new Int32Array(rows).fill(-1), []);
  return codedColumn(name, new Int32Array(rows), [String(value)]);
}

/**
 * Partial dependence: the mean prediction of a table's rows as one column takes each value of a
 * grid in all of them; and on demand each row's own curve. It tells how the model answers, not what
 * would happen; where columns go together it asks for rows that there are not.
 * @param model of any kind
 * @param frame rows whose other columns stay as they are: some hundred are enough for a mean
 * @param column name of the column that varies
 * @throws FRAME_COLUMN_MISSING, EXPLAIN_OUTPUT, EXPLAIN_BACKGROUND (no rows), EXPLAIN_MEMORY,
 *   LEARN_STOPPED
 * @source Friedman 2001, "Greedy function approximation"; Goldstein et al. 2015, "Peeking inside
 *   the black box"
 */
export async function partialDependence(
  model: Model,
  frame: Frame,
  column: string,
  options: PartialDependenceOptions = {},
): Promise<PartialDependence> {
  const output = options.output ?? 0;
  const outputs = Math.max(1, model.card.outputs.length);
  if (!(output >= 0 && output < outputs)) throw explainErrors.EXPLAIN_OUTPUT({ output, outputs });
  const { rowCount } = frame;
  if (rowCount === 0) throw explainErrors.EXPLAIN_BACKGROUND({});
  const varied = frame.column(column);
  const points = Math.max(1, options.points ?? 20);
  const found = varied.kind === "number" ? quantiles(varied.values, points) : categoriesOf(varied);
  const grid = options.grid ?? found;
  const doing = "varying a column";
  const kept = options.curves === true ? 8 * rowCount * grid.length : 0;
  planMemory(doing, kept + 8 * rowCount * (outputs + 1), options);
  const watch = new Watch(doing, grid.length, options);
  await watch.pause();
  const mean = new Float64Array(grid.length);
  const curves = new Float64Array(options.curves === true ? rowCount * grid.length : 0);
  for (const [place, value] of grid.entries()) {
    const table = frame.with([constant(varied, value, rowCount)]);
    const predictions = await model.predict(table, { signal: options.signal });
    let sum = 0;
    for (let row = 0; row < rowCount; row++) {
      const prediction = predictions[row * outputs + output]!;
      sum += prediction;
      if (curves.length > 0) curves[row * grid.length + place] = prediction;
    }
    mean[place] = sum / rowCount;
    await watch.advance(1);
  }
  return { column, grid, mean, ...(curves.length > 0 ? { curves } : {}) };
}
