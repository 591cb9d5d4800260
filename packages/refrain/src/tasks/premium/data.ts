import { numberColumn } from "@refrain/learn";
import {
  findFlagSuspicions,
  numbersOf,
  type Period,
  rowsWhere,
  type ScoringTable,
  type TaskAnswer,
  type TaskData,
  type TaskInput,
  textsOf,
  toFrame,
} from "../../evaluation/index.js";
import {
  type FeatureTable,
  featureNames,
  featureTable,
  premiumFeatures,
} from "../../features/index.js";

const dayMs = 86_400_000;
const windowDays = 30;
const buysNext = "will_buy_premium_next_month_numerical";
const buysEver = "premium_user_numerical";

/** Options of the task by name; see PremiumOptions. */
interface PremiumTaskOptions {
  readonly leaveOutFlagged?: boolean;
}

/** Users flagged without a purchase are left out; what nearly decides the flag is still said. */
const flagRule = {
  flag: "premium",
  events: ["skip", "like", "advertisement"],
  per: "play",
  until: "purchase",
};

/**
 * One row a user and calendar month before the first purchase, with two answers: buys in the 30
 * days after the month, and buys at all.
 * @throws LAKE_NOT_FOUND, NO_EVENTS, VERSION_UNKNOWN, INTERRUPTED
 */
export async function premiumData(input: TaskInput): Promise<TaskData> {
  const table = await readTable(input);
  const { summary } = table;
  const suspicions = await findFlagSuspicions({ ...flagRule, ...input });
  return {
    answers: [nextMonthAnswer(table), { ...everAnswer(table), suspicions }],
    featureVersion: summary.version,
    coverage: summary.coverage,
    unavailable: summary.unavailable,
    cutoffs: summary.cutoffs,
  };
}

/**
 * The users to score now: those without premium who were active in the last month that the log
 * covers whole (in its last month where none is whole).
 * @throws as `premiumData`
 */
export async function premiumCurrent(input: TaskInput): Promise<ScoringTable> {
  const table = await readTable(input);
  const months = monthEnds(table);
  const until = Date.parse(`${table.summary.coverage.until}T00:00:00Z`);
  const whole = [...new Set(months)].filter((end) => end <= until);
  const chosen = Math.max(...(whole.length > 0 ? whole : months));
  const buys = numbersOf(table.columns, "number_of_premium");
  const ever = numbersOf(table.columns, buysEver);
  const active = rowsWhere(table.rows, (row) => months[row] === chosen);
  const rows = active.filter((row) => buys[row] === 0 && ever[row] === 0);
  const month = new Date(chosen - dayMs).toISOString().slice(0, 7);
  return {
    keys: ["user_id", "year", "month"].map((name) => {
      const values = textsOf(table.columns, name);
      return { name, values: Array.from(rows, (row) => values[row]!) };
    }),
    features: featuresOf(table, rows),
    note:
      `Users without premium who were active in ${month}` +
      `${whole.length > 0 ? "" : " (a month that the log covers in part)"}; ` +
      `${active.length - rows.length} who bought since are left out.`,
  };
}

function readTable({ lake, limits, signal, onProgress, featureVersion, options }: TaskInput) {
  const { leaveOutFlagged } = (options ?? {}) as PremiumTaskOptions;
  return featureTable({
    lake,
    set: premiumFeatures({
      ...(featureVersion === undefined ? {} : { version: featureVersion }),
      ...(leaveOutFlagged === undefined ? {} : { leaveOutFlagged }),
    }),
    ...(limits === undefined ? {} : { limits }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}

function nextMonthAnswer(table: FeatureTable): TaskAnswer {
  const label = numbersOf(table.columns, buysNext);
  const { rows, purchaseMonth } = beforePurchase(table);
  const known = rows.filter((row) => !Number.isNaN(label[row]));
  const ends = monthEnds(table);
  const moments = [...new Set(Array.from(known, (row) => ends[row]!))].sort((a, b) => a - b);
  const list: Period[] = moments.map((at) => ({
    name: new Date(at - dayMs).toISOString().slice(0, 7),
    at,
    labelEnd: at + windowDays * dayMs,
  }));
  return {
    name: "will_buy_premium_next_month",
    meaning: `a purchase in the ${windowDays} days after the month`,
    words: { heading: "Buys next month", yes: "buys", no: "does not buy" },
    table: {
      features: featuresOf(table, known),
      target: Float64Array.from(known, (row) => label[row]!),
      users: usersOf(table, known),
      periods: { list, of: Int32Array.from(known, (row) => moments.indexOf(ends[row]!)) },
    },
    truth: "premium",
    dropped: {
      ...table.summary.dropped,
      purchase_month: purchaseMonth,
      label_unknown: rows.length - known.length,
    },
    // A log of one month cannot be split by time.
    protocol: list.length > 1 ? "time" : "user",
    otherTargets: [targetColumn(table, buysEver, known)],
    limits: [
      ...table.summary.limits,
      "Rows of the month of a purchase are in the table and never learnt from.",
    ],
  };
}

/** Known only at the log's end: no split by time can judge it, so that users are split. */
function everAnswer(table: FeatureTable): TaskAnswer {
  const label = numbersOf(table.columns, buysEver);
  const { rows, purchaseMonth } = beforePurchase(table);
  return {
    name: "premium_user",
    meaning: "a purchase anywhere in the log",
    words: { heading: "Ever premium", yes: "premium", no: "never premium" },
    table: {
      features: featuresOf(table, rows),
      target: Float64Array.from(rows, (row) => label[row]!),
      users: usersOf(table, rows),
    },
    dropped: { ...table.summary.dropped, purchase_month: purchaseMonth },
    protocol: "user",
    otherTargets: [targetColumn(table, buysNext, rows)],
    limits: [
      ...table.summary.limits,
      "A row and its answer may lie a year apart, and early months had longer to become a yes.",
    ],
  };
}

function beforePurchase(table: FeatureTable): { rows: Uint32Array; purchaseMonth: number } {
  const buys = numbersOf(table.columns, "number_of_premium");
  const rows = rowsWhere(table.rows, (row) => buys[row] === 0);
  return { rows, purchaseMonth: table.rows - rows.length };
}

function featuresOf(table: FeatureTable, rows: Uint32Array) {
  const names = new Set(featureNames(premiumFeatures({ version: table.summary.version })));
  const columns = table.columns.filter(({ name }) => names.has(name));
  return toFrame(columns, table.rows).take(rows);
}

function usersOf(table: FeatureTable, rows: Uint32Array): string[] {
  const users = textsOf(table.columns, "user_id");
  return Array.from(rows, (row) => users[row]!);
}

function targetColumn(table: FeatureTable, name: string, rows: Uint32Array) {
  const values = numbersOf(table.columns, name);
  return numberColumn(
    name,
    Float64Array.from(rows, (row) => values[row]!),
  );
}

/** First moment after the month of each row, milliseconds since 1970. */
function monthEnds(table: FeatureTable): number[] {
  const years = numbersOf(table.columns, "year");
  const months = numbersOf(table.columns, "month");
  return Array.from(years, (year, row) => Date.UTC(year, months[row]!, 1));
}
