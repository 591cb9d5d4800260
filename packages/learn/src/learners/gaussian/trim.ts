import { momentsOf } from "../../kernels/index.js";
import type { TrainingData } from "../door.js";
import { learnerErrors } from "../errors.js";

/** How rows far from the mean are left out before a fit. */
export interface TrimOptions {
  /** Standard deviations within which a value must stay, above 0; null = no trim. */
  readonly trim: number | null;
  /** Decimals to which mean and deviation are rounded for the trim alone; null = not rounded. */
  readonly trimDecimals: number | null;
}

/** Rows that are left, and how many went. */
export interface Trimmed {
  /** The columns, without the rows that went. */
  readonly columns: Float64Array[];
  /** One a row that is left; undefined where all are 1. */
  readonly weight: Float64Array | undefined;
  /** Weight of the rows that went, by the column that they went for. */
  readonly rowsTrimmed: number[];
}

function rounded(value: number, decimals: number | null): number {
  if (decimals === null) return value;
  const factor = Number(`1e${decimals}`);
  const scaled = value * factor;
  return Math.abs(scaled) < 2 ** 53 ? Math.round(scaled) / factor : value;
}

/** Places of the values strictly within a limit of the centre. */
function within(values: Float64Array, centre: number, limit: number): Uint32Array {
  const kept = new Uint32Array(values.length);
  let count = 0;
  for (let row = 0; row < values.length; row++) {
    if (Math.abs(values[row]! - centre) < limit) kept[count++] = row;
  }
  return kept.subarray(0, count);
}

function take(values: Float64Array, rows: Uint32Array): Float64Array {
  const out = new Float64Array(rows.length);
  for (let i = 0; i < out.length; i++) out[i] = values[rows[i]!]!;
  return out;
}

/**
 * Leaves out, one column after the other in the order of the table, the rows that are not within
 * `trim` standard deviations of the column's mean; mean and deviation are those of the rows that
 * the columns before left. A column whose (rounded) deviation is 0 trims nothing.
 * @throws LEARNER_OPTION where a column would leave no row
 */
export function trimInTurn(
  learner: { readonly kind: string },
  data: TrainingData,
  given: readonly Float64Array[],
  { trim, trimDecimals }: TrimOptions,
): Trimmed {
  let columns = [...given];
  let weight = data.weight;
  const rowsTrimmed = columns.map(() => 0);
  if (trim === null) return { columns, weight, rowsTrimmed };
  for (let j = 0; j < columns.length; j++) {
    const moments = momentsOf(columns[j]!, weight);
    const limit = trim * rounded(moments.deviation, trimDecimals);
    if (!(limit > 0)) continue;
    const kept = within(columns[j]!, rounded(moments.mean, trimDecimals), limit);
    const before = columns[j]!.length;
    if (kept.length === before) continue;
    if (kept.length === 0) {
      const expected = `a number that leaves rows of column "${data.frame.columns[j]!.name}"`;
      const fault = { learner: learner.kind, option: "trim", given: String(trim), expected };
      throw learnerErrors.LEARNER_OPTION(fault);
    }
    const total = weight?.reduce((sum, w) => sum + w, 0) ?? before;
    columns = columns.map((values) => take(values, kept));
    weight = weight && take(weight, kept);
    rowsTrimmed[j] = total - (weight?.reduce((sum, w) => sum + w, 0) ?? kept.length);
  }
  return { columns, weight, rowsTrimmed };
}
