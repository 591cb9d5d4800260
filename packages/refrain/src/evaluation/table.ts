import { type Frame, groupCodes } from "@refrain/learn";
import { evaluationErrors } from "./errors.js";

/** A moment of prediction and the window whose outcome is predicted. */
export interface Period {
  /** For people, for example `2017-03-31` or `2023-04`. */
  readonly name: string;
  /** Features know what came before this moment; milliseconds since 1970, UTC. */
  readonly at: number;
  /** End of the label window, exclusive; milliseconds since 1970, ≥ `at`. */
  readonly labelEnd: number;
}

/**
 * Rows with features and a known answer; unknown answers are left out and counted by the caller.
 */
export interface LearningTable {
  /** Feature columns only: no ids, no answer. */
  readonly features: Frame;
  /** 0 or 1 a row. */
  readonly target: Float64Array;
  /** User of each row; intervals and splits by user go by it. */
  readonly users: readonly (string | number | bigint)[];
  /** Moments of prediction; absent where a table knows no time. */
  readonly periods?: {
    /** In any order. */
    readonly list: readonly Period[];
    /** Place in `list`, one a row. */
    readonly of: Int32Array;
  };
  /** True probability of each row where the data was simulated. */
  readonly truth?: Float64Array;
}

/** A table whose lengths and values were checked, with users as numbers. */
export interface CheckedTable extends LearningTable {
  /** 0, 1, 2 … by user, one a row. */
  readonly userCodes: Int32Array;
  readonly rowCount: number;
}

/**
 * Checks a table once at the door.
 * @throws EVALUATION_TABLE
 */
export function checkTable(table: LearningTable): CheckedTable {
  const { features, target, users, periods, truth } = table;
  const rowCount = features.rowCount;
  for (const [what, found] of Object.entries({
    targets: target.length,
    users: users.length,
    periods: periods?.of.length ?? rowCount,
    "true probabilities": truth?.length ?? rowCount,
  })) {
    if (found !== rowCount) refuse(`there are ${found} ${what} for ${rowCount} rows`);
  }
  if (features.columns.length === 0) refuse("it has no feature");
  const wrong = target.findIndex((value) => value !== 0 && value !== 1);
  if (wrong >= 0) refuse(`the target of row ${wrong} is ${target[wrong]}`);
  const list = periods?.list ?? [];
  const stray = periods?.of.findIndex((place) => list[place] === undefined) ?? -1;
  if (stray >= 0) refuse(`row ${stray} belongs to period ${periods?.of[stray]} of ${list.length}`);
  const backwards = list.find((period) => !(period.labelEnd >= period.at));
  if (backwards) refuse(`the label window of period ${backwards.name} ends before it begins`);
  const unlikely = truth?.findIndex((value) => !(value >= 0 && value <= 1)) ?? -1;
  if (unlikely >= 0) refuse(`the true probability of row ${unlikely} is ${truth?.[unlikely]}`);
  return { ...table, userCodes: groupCodes(users), rowCount };
}

function refuse(what: string): never {
  throw evaluationErrors.EVALUATION_TABLE({ what });
}

/** Values of the given rows. */
export function pick(values: Float64Array, rows: Uint32Array): Float64Array {
  const picked = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i += 1) picked[i] = values[rows[i]!]!;
  return picked;
}

/** Codes of the given rows. */
export function pickCodes(codes: Int32Array, rows: Uint32Array): Int32Array {
  const picked = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i += 1) picked[i] = codes[rows[i]!]!;
  return picked;
}

/** Rows, distinct users, and rows and users of each class. */
export interface Counts {
  /** Number of rows. */
  readonly rows: number;
  /** Distinct users. */
  readonly users: number;
  /** Rows with answer yes. */
  readonly positives: number;
  /** Users with at least one yes. */
  readonly positiveUsers: number;
  /** Users with at least one no. */
  readonly negativeUsers: number;
}

/** Counts some rows of a table. */
export function countRows(
  table: Pick<CheckedTable, "target" | "userCodes">,
  rows: Iterable<number>,
): Counts {
  const all = new Set<number>();
  const positive = new Set<number>();
  const negative = new Set<number>();
  let count = 0;
  let positives = 0;
  for (const row of rows) {
    const user = table.userCodes[row]!;
    count += 1;
    all.add(user);
    if (table.target[row] === 1) {
      positives += 1;
      positive.add(user);
    } else negative.add(user);
  }
  return {
    rows: count,
    users: all.size,
    positives,
    positiveUsers: positive.size,
    negativeUsers: negative.size,
  };
}
