/** What a recommender's fit was given: a table of users and items as a sparse matrix. */
import { log1p, type Numbers, type Pacer } from "../../foundation/index.js";
import { type CategoryColumn, Frame } from "../../frame/index.js";
import type { FitExtras, SeededOptions } from "../contract.js";
import { type OptionRule, optionRules, type TrainingData, trainingData } from "../door.js";
import { learnerErrors } from "../errors.js";
import { type Csr, csrOf } from "./csr.js";

/** Options of every recommender. */
export interface RecommenderOptions extends SeededOptions {
  /** Column of users, a category. */
  readonly user: string;
  /** Column of items, a category. */
  readonly item: string;
}

/** Defaults of every recommender. */
export const recommenderDefaults: RecommenderOptions = Object.freeze({
  user: "user",
  item: "item",
  seed: 0,
});

const columnName: OptionRule = {
  expected: "the name of a column of categories",
  holds: (value: unknown) => typeof value === "string" && value.length > 0,
};

/** What the options of every recommender must be. */
export const recommenderRules = { user: columnName, item: columnName, seed: optionRules.seed };

/** Whole numbers in a range. */
export function wholeRule(from: number, to: number): OptionRule {
  return {
    expected: `an integer from ${from} to ${to}`,
    holds: (value: unknown) =>
      Number.isInteger(value) && (value as number) >= from && (value as number) <= to,
  };
}

/** One of some texts. */
export function oneOf(...values: readonly string[]): OptionRule {
  const expected = values.map((value) => `"${value}"`).join(" or ");
  return { expected, holds: (value: unknown) => (values as readonly unknown[]).includes(value) };
}

/** Counts as they are, or under a logarithm. */
export const dampers = { none: (count: number) => count, log: log1p } as const;

/** Weights beyond this would be lost in 32 bits. */
const LARGEST = 1e12;

/** A table of users and items, and its matrix. */
export interface Interactions {
  /** The two columns; rows without user or item, or of weight 0, are gone. */
  readonly data: TrainingData;
  readonly users: readonly string[];
  readonly items: readonly string[];
  /** User of each row. */
  readonly userCodes: Int32Array;
  /** Item of each row. */
  readonly itemCodes: Int32Array;
}

function knownRows(user: CategoryColumn, item: CategoryColumn): Uint32Array | undefined {
  const { codes } = user;
  let known = 0;
  for (let row = 0; row < codes.length; row++) {
    if (codes[row]! >= 0 && item.codes[row]! >= 0) known += 1;
  }
  if (known === codes.length) return undefined;
  const rows = new Uint32Array(known);
  known = 0;
  for (let row = 0; row < codes.length; row++) {
    if (codes[row]! >= 0 && item.codes[row]! >= 0) rows[known++] = row;
  }
  return rows;
}

function pick(values: Numbers | undefined, rows: Uint32Array): Float64Array | undefined {
  return values && Float64Array.from(rows, (row) => values[row]!);
}

/**
 * Takes in a table. Rows without a user or an item are left out.
 * @throws FRAME_COLUMN_MISSING, FRAME_COLUMN_KIND, TARGET_LENGTH, WEIGHT_VALUE, FIT_EMPTY
 */
export function takeInteractions(
  learner: { readonly kind: string },
  given: { readonly frame: Frame; readonly target: Numbers | undefined },
  options: RecommenderOptions,
  extras: FitExtras,
): Interactions {
  const { frame } = given;
  const pair = new Frame(
    [frame.categories(options.user), frame.categories(options.item)],
    frame.rowCount,
  );
  const all = trainingData(learner, pair, given.target, { ...extras, groups: undefined });
  const [user, item] = all.frame.columns as [CategoryColumn, CategoryColumn];
  const rows = knownRows(user, item);
  const data: TrainingData =
    rows === undefined
      ? all
      : {
          frame: all.frame.take(rows),
          target: pick(all.target, rows),
          weight: pick(all.weight, rows),
          groups: undefined,
        };
  if (data.frame.rowCount === 0) {
    throw learnerErrors.FIT_EMPTY({ learner: learner.kind, rows: 0, columns: 2 });
  }
  data.weight?.forEach((value, row) => {
    if (value > LARGEST) throw learnerErrors.WEIGHT_SIZE({ row, value, most: LARGEST });
  });
  const [users, items] = data.frame.columns as [CategoryColumn, CategoryColumn];
  return {
    data,
    users: users.dictionary,
    items: items.dictionary,
    userCodes: users.codes,
    itemCodes: items.codes,
  };
}

/** Users × items, weights of the same pair added up. */
export async function countsOf(found: Interactions, pacer: Pacer): Promise<Csr> {
  const { data, users, items, userCodes, itemCodes } = found;
  const values = data.weight ?? new Float32Array(userCodes.length).fill(1);
  const size = [users.length, items.length] as const;
  return await csrOf({ rows: userCodes, columns: itemCodes, values }, size, pacer);
}
