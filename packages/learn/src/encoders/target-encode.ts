/**
 * Categories as mean targets, without showing a row its own. At prediction every row is looked up
 * in the table of all training rows; a training row is encoded by other rows only: those of the
 * other folds, or those before it. Means are drawn towards the mean of the same other rows.
 * @source Micci-Barreca 2001 (smoothing); Prokhorenkova et al. 2018, section 3.2 (ordered)
 */

import type { ModelState } from "../foundation/index.js";
import { assignFoldsPaced, type CategoryColumn, groupCodes, numberColumn } from "../frame/index.js";
import { restoreTable, tableEncoder, tableName } from "./category-table.js";
import { categoryNames } from "./columns.js";
import type { ColumnChoice, Encoder, EncoderData, EncoderFit, FittedEncoder } from "./contract.js";
import { encoderErrors } from "./errors.js";

/** Options of `targetEncode`. */
export interface TargetEncodeOptions extends ColumnChoice {
  /**
   * Who a training row is encoded by: rows of other folds (default), or the rows before it, for
   * rows in the order in which their targets became known. Rows of its own group never count.
   */
  readonly scheme?: "folds" | "ordered";
  /** Number of folds, ≥ 2; default 5. */
  readonly folds?: number;
  /** Rows of mean target that each category is given beforehand, ≥ 0; default 10. */
  readonly smoothing?: number;
}

const KIND = "targetEncode";
const SUFFIX = "target";
/** What is said where no other row is known. */
const NOTHING_KNOWN = 0.5;
const ROWS_BETWEEN_POLLS = 65_536;

type Settings = Required<Omit<TargetEncodeOptions, "columns">>;

/** Sums of weight and of weight · target. */
class Sums {
  readonly weight: Float64Array;
  readonly target: Float64Array;

  constructor(size: number) {
    this.weight = new Float64Array(size);
    this.target = new Float64Array(size);
  }

  add(at: number, weight: number, target: number): void {
    this.weight[at]! += weight;
    this.target[at]! += weight * target;
  }
}

function smoothed(weight: number, target: number, prior: number, smoothing: number): number {
  const mass = weight + smoothing;
  return mass > 0 ? (target + smoothing * prior) / mass : prior;
}

/** Place of a code among a column's sums; missing is last. */
function slotOf(code: number, size: number): number {
  return code < 0 ? size - 1 : code;
}

interface Rows {
  readonly target: Float64Array;
  readonly weight: Float64Array | undefined;
  readonly groups: Int32Array | undefined;
  readonly pause: () => Promise<void>;
}

async function eachRow(rows: Rows, visit: (row: number, weight: number) => void): Promise<void> {
  const { target, weight } = rows;
  for (let start = 0; start < target.length; start += ROWS_BETWEEN_POLLS) {
    await rows.pause();
    const end = Math.min(start + ROWS_BETWEEN_POLLS, target.length);
    for (let row = start; row < end; row++) visit(row, weight === undefined ? 1 : weight[row]!);
  }
}

/** The table of all rows: the texts met, their values and, last, that of missing ones. */
async function fullTable(column: CategoryColumn, rows: Rows, smoothing: number) {
  const size = column.dictionary.length + 1;
  const sums = new Sums(size);
  await eachRow(rows, (row, weight) => {
    sums.add(slotOf(column.codes[row]!, size), weight, rows.target[row]!);
  });
  const total = sums.weight.reduce((sum, value) => sum + value, 0);
  const prior = sums.target.reduce((sum, value) => sum + value, 0) / total;
  const met = (code: number): boolean => sums.weight[code]! > 0 || code === size - 1;
  const values = sums.weight.map((weight, code) =>
    smoothed(weight, sums.target[code]!, prior, smoothing),
  );
  return {
    texts: column.dictionary.filter((_, code) => met(code)),
    values: values.filter((_, code) => met(code)),
  };
}

/**
 * Each row by the rows of other folds: their sums are added up without the row's own fold, so that
 * its own target cannot even change a last digit.
 */
async function byFolds(
  column: CategoryColumn,
  rows: Rows,
  fold: Int32Array,
  { folds, smoothing }: Settings,
): Promise<Float64Array> {
  const size = column.dictionary.length + 1;
  const own = new Sums(folds * size);
  await eachRow(rows, (row, weight) => {
    own.add(fold[row]! * size + slotOf(column.codes[row]!, size), weight, rows.target[row]!);
  });
  const values = new Float64Array(folds * size);
  const others = new Sums(size);
  for (let held = 0; held < folds; held++) {
    others.weight.fill(0);
    others.target.fill(0);
    let [total, targets] = [0, 0];
    for (let at = 0; at < folds * size; at++) {
      if (at >= held * size && at < (held + 1) * size) continue;
      others.weight[at % size]! += own.weight[at]!;
      others.target[at % size]! += own.target[at]!;
      total += own.weight[at]!;
      targets += own.target[at]!;
    }
    const prior = total > 0 ? targets / total : NOTHING_KNOWN;
    for (let code = 0; code < size; code++) {
      const [weight, target] = [others.weight[code]!, others.target[code]!];
      values[held * size + code] = smoothed(weight, target, prior, smoothing);
    }
  }
  const out = new Float64Array(fold.length);
  await eachRow(rows, (row) => {
    out[row] = values[fold[row]! * size + slotOf(column.codes[row]!, size)]!;
  });
  return out;
}

/** Each row by the rows before it that are not of its group. */
async function byOrder(
  column: CategoryColumn,
  rows: Rows,
  { smoothing }: Settings,
): Promise<Float64Array> {
  const size = column.dictionary.length + 1;
  const sums = new Sums(size);
  const all = new Sums(1);
  const groups = rows.groups === undefined ? undefined : groupCodes(rows.groups);
  const byGroup = new Map<number, { weight: number; target: number }>();
  const nothing = { weight: 0, target: 0 };
  const out = new Float64Array(rows.target.length);
  const note = (key: number, weight: number, target: number): void => {
    const known = byGroup.get(key) ?? { weight: 0, target: 0 };
    known.weight += weight;
    known.target += weight * target;
    byGroup.set(key, known);
  };
  await eachRow(rows, (row, weight) => {
    const slot = slotOf(column.codes[row]!, size);
    const key = groups === undefined ? -1 : groups[row]! * (size + 1);
    const mine = byGroup.get(key + size) ?? nothing;
    const same = byGroup.get(key + slot) ?? nothing;
    const before = all.weight[0]! - mine.weight;
    const prior = before > 0 ? (all.target[0]! - mine.target) / before : NOTHING_KNOWN;
    const [known, found] = [sums.weight[slot]! - same.weight, sums.target[slot]! - same.target];
    out[row] = smoothed(known, found, prior, smoothing);
    const target = rows.target[row]!;
    sums.add(slot, weight, target);
    all.add(0, weight, target);
    if (groups === undefined) return;
    note(key + size, weight, target);
    note(key + slot, weight, target);
  });
  return out;
}

/** Folds by group, dealt without a look at the targets; fewer where there are few groups. */
async function dealFolds(
  { frame, groups, seed, pause }: EncoderData,
  folds: number,
): Promise<{ fold: Int32Array; folds: number }> {
  const { rowCount } = frame;
  const units = groups === undefined ? rowCount : new Set(groups).size;
  if (units < 2) return { fold: new Int32Array(rowCount), folds: 1 };
  const dealt = Math.min(folds, units);
  const fold = await assignFoldsPaced(rowCount, { folds: dealt, seed, groups }, pause);
  return { fold, folds: dealt };
}

async function fit(
  data: EncoderData,
  options: TargetEncodeOptions,
  settings: Settings,
): Promise<EncoderFit> {
  const { frame, target, weight, groups, pause } = data;
  if (target === undefined) throw encoderErrors.ENCODER_TARGET({ encoder: KIND });
  const rows: Rows = { target, weight, groups, pause };
  const columns = categoryNames(frame, options.columns);
  const texts: (readonly string[])[] = [];
  const values: Float64Array[] = [];
  const own: Float64Array[] = [];
  const dealt = settings.scheme === "folds" ? await dealFolds(data, settings.folds) : undefined;
  for (const name of columns) {
    const column = frame.categories(name);
    const table = await fullTable(column, rows, settings.smoothing);
    texts.push(table.texts);
    values.push(table.values);
    own.push(
      dealt === undefined
        ? await byOrder(column, rows, settings)
        : await byFolds(column, rows, dealt.fold, { ...settings, folds: dealt.folds }),
    );
  }
  const added = columns.map((name, place) => numberColumn(tableName(name, SUFFIX), own[place]!));
  return {
    encoder: tableEncoder(KIND, SUFFIX, { columns, texts, values }),
    frame: frame.drop(columns).with(added),
  };
}

function settingsOf(options: TargetEncodeOptions): Settings {
  const { scheme = "folds", folds = 5, smoothing = 10 } = options;
  const refuse = (option: string, given: unknown, expected: string): never => {
    throw encoderErrors.ENCODER_OPTION({ encoder: KIND, option, given: String(given), expected });
  };
  if (scheme !== "folds" && scheme !== "ordered") refuse("scheme", scheme, "folds or ordered");
  if (!(Number.isSafeInteger(folds) && folds >= 2)) {
    refuse("folds", folds, "an integer of at least 2");
  }
  if (!(Number.isFinite(smoothing) && smoothing >= 0)) {
    refuse("smoothing", smoothing, "a finite number of at least 0");
  }
  return { scheme, folds, smoothing };
}

/**
 * Replaces each column of categories by `NAME_target`: the mean target (of 0 and 1 the rate) of
 * rows with the same category. No training row is shown its own target or its group's; see the head
 * of the file. Missing and unknown texts count as one category.
 * @param options see TargetEncodeOptions
 * @throws ENCODER_OPTION
 */
export function targetEncode(options: TargetEncodeOptions = {}): Encoder {
  const settings = settingsOf(options);
  return Object.freeze({
    kind: KIND,
    accepts: Object.freeze({ categories: true }),
    options: Object.freeze({ ...options, ...settings }),
    fit: (data: EncoderData) => fit(data, options, settings),
  });
}

/** @throws ENCODER_STATE */
export function restoreTargetEncode(state: ModelState): FittedEncoder {
  return restoreTable(KIND, SUFFIX, state);
}
