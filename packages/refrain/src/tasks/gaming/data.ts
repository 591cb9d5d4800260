import { basename } from "node:path";
import { Frame, groupCodes, numberColumn } from "@refrain/learn";
import { rowsWhere } from "../../evaluation/index.js";
import { dateInName } from "../../events/index.js";
import { gamingErrors } from "./errors.js";
import { lakeFeatures, readLakeUsage, readMarkedLake } from "./read-lake.js";
import {
  type CountedLake,
  labelColumn,
  publishedFeatures,
  type RawUsage,
  type ReadUsageOptions,
  type RejectedUsage,
  readMarks,
  readRawUsage,
} from "./read-usage.js";
import { readVerdictMarks } from "./verdict-marks.js";

/** Usage by user and day, ready to learn from or to score. */
export interface UsageDays {
  readonly files: readonly string[];
  /** Days of a lake whose plays were counted; absent for files. */
  readonly counted?: CountedLake;
  /** The five published features, then the extra ones; finite and not negative. */
  readonly features: Frame;
  /** Names of users, one a row. */
  readonly users: readonly string[];
  /** Day of each row, where the names of files tell of several. */
  readonly days?: readonly string[];
  /** 1 = marked by hand, 0 = not, NaN = unknown; absent where no file has marks. */
  readonly label?: Float64Array;
  /** Rows of the files, left out or not. */
  readonly rowsRead: number;
  /** Rows left out, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** The first rows left out. */
  readonly rejects: readonly RejectedUsage[];
  /** Infinite ratios (no play of a major label) put at the number of plays, as the log does. */
  readonly ratiosRepaired: number;
}

/** Rows left out of one of the other sets that were read. */
export interface LeftOut extends Pick<UsageDays, "dropped" | "rejects"> {
  readonly from: "validation" | "test" | "audited";
}

/** What was left out of each set, of those where anything was. */
export function leftOutOf(
  sets: Readonly<Partial<Record<LeftOut["from"], UsageDays | undefined>>>,
): LeftOut[] {
  return Object.entries(sets).flatMap(([from, days]) =>
    days === undefined || Object.keys(days.dropped).length === 0
      ? []
      : [{ from: from as LeftOut["from"], dropped: days.dropped, rejects: days.rejects }],
  );
}

/** Beyond this share of unusable rows a file is not what it is said to be. */
const worstShare = 0.9;

/**
 * Reads usage by user and day.
 * @throws USAGE_COLUMN_TWICE, USAGE_ROWS_UNUSABLE, USAGE_LAKE_UNUSABLE, FEATURE_REFUSED,
 *   LABELS_NEEDED, VERDICTS_NONE, INTERRUPTED, and what `withSourceFile` throws
 */
export async function readUsage(options: ReadUsageOptions): Promise<UsageDays> {
  const asked = options.extra ?? [];
  for (const name of asked) assertFeatureName(name, options.columns);
  const raw = await rawUsage(options);
  const extra = raw.some(({ counted }) => counted !== undefined) ? lakeFeatures(asked) : asked;
  const files = raw.map(({ file }) => file);
  for (const [at, name] of extra.entries()) assertFeature(name, raw, publishedFeatures.length + at);
  const rowsRead = raw.reduce((sum, one) => sum + one.rowsRead, 0);
  const users = raw.length === 1 ? raw[0]!.users : raw.flatMap((one) => one.users);
  const dropped: Record<string, number> = {};
  for (const [reason, rows] of raw.flatMap((one) => Object.entries(one.dropped))) {
    dropped[reason] = (dropped[reason] ?? 0) + rows;
  }
  if (users.length <= (1 - worstShare) * rowsRead) {
    const file = files.join(", ");
    throw gamingErrors.USAGE_ROWS_UNUSABLE({ file, rows: rowsRead, reasons: dropped });
  }
  const ratiosRepaired = raw.reduce((sum, one) => sum + repairRatios(one), 0);
  const columns = [...publishedFeatures, ...extra].map((name, at) =>
    numberColumn(name, joined(raw.map(({ values }) => values[at]!))),
  );
  const isLabelled = raw.some(({ label }) => label !== undefined);
  const labelOf = ({ label, users }: RawUsage) =>
    label ?? new Float64Array(users.length).fill(Number.NaN);
  const [{ counted } = {}] = raw;
  return {
    files,
    ...(counted === undefined ? {} : { counted }),
    features: new Frame(columns),
    users,
    ...daysOf(raw),
    ...(isLabelled ? { label: joined(raw.map(labelOf)) } : {}),
    ...{ rowsRead, dropped, ratiosRepaired },
    rejects: raw.flatMap((one) => one.rejects),
  };
}

/** One day a row, where each file's name has one and not all have the same. */
function daysOf(raw: readonly RawUsage[]): Pick<UsageDays, "days"> {
  const named = raw.map(({ file, counted }) => (counted ? undefined : dateInName(basename(file))));
  if (new Set(named).size < 2 || named.includes(undefined)) return {};
  return { days: raw.flatMap(({ users }, at) => users.map(() => named[at]!)) };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

/** Files as they are, marks of a lake's users with their plays, or a lake's users all. */
async function rawUsage(options: ReadUsageOptions): Promise<RawUsage[]> {
  const { lake, files, verdicts } = options;
  if (lake === undefined) return await readRawUsage(options);
  if (verdicts !== undefined) {
    const marks = await readVerdictMarks(lake, { ...options, verdicts });
    return await readMarkedLake(lake, [marks], options);
  }
  if (files.length === 0) return [await readLakeUsage(lake, options)];
  const marks = await readMarks(options);
  if (marks === undefined) return await readRawUsage(options);
  return await readMarkedLake(lake, marks, options);
}

/** Puts infinite ratios at the number of plays; @returns how many there were */
function repairRatios({ values: [ratio, plays] }: RawUsage): number {
  let repaired = 0;
  for (const [row, value] of ratio!.entries()) {
    if (value !== Number.POSITIVE_INFINITY) continue;
    ratio![row] = plays![row]!;
    repaired += 1;
  }
  return repaired;
}

const whoNames = /^(user|account|member|customer|party)?_?(party)?_?id$|^(file|file_?name|path)$/i;
const placeNames = /^(row|line|index|position|row_?(number|id|index)|unnamed_?\d*)$/i;

/** @throws FEATURE_REFUSED */
function assertFeatureName(name: string, columns: ReadUsageOptions["columns"] = {}): void {
  const spelt = Object.entries(columns).find(([, have]) => have === name)?.[0] ?? name;
  const refuse = (why: string): never => {
    throw gamingErrors.FEATURE_REFUSED({ column: name, why });
  };
  if (/^user/i.test(spelt) || whoNames.test(spelt)) refuse("it names users or files");
  if (placeNames.test(spelt)) refuse("it is the place of a row in its file");
  if (spelt.toLowerCase() === labelColumn.toLowerCase()) refuse("it is the mark itself");
  if ((publishedFeatures as readonly string[]).includes(spelt)) refuse("it is a feature already");
}

/**
 * A column of a file may hide the user or the row's place under another name; what was counted here
 * does not.
 * @throws FEATURE_REFUSED
 */
function assertFeature(name: string, raw: readonly RawUsage[], at: number): void {
  for (const { users, values, label, counted } of raw) {
    if (counted !== undefined) continue;
    const column = values[at]!;
    const refuse = (why: string): never => {
      throw gamingErrors.FEATURE_REFUSED({ column: name, why });
    };
    if (column.length < 3) continue;
    const step = column[1]! - column[0]!;
    const isPlace =
      step !== 0 && column.every((value, row) => row === 0 || value - column[row - 1]! === step);
    if (isPlace) refuse("it rises by the same step from row to row, as the place of a row does");
    if (column.every((value, row) => String(value) === users[row])) refuse("it holds the user");
    if (label !== undefined && column.every((value, row) => value === label[row])) {
      refuse("it equals the mark in every row");
    }
  }
}

/**
 * The rows whose mark is known.
 * @throws LABELS_NEEDED where there is no column of marks, LABELS_ONE_KIND where all are alike
 */
export function labelledRows(days: UsageDays): LabelledDays {
  const file = days.files.join(", ");
  const { label } = days;
  if (label === undefined) throw gamingErrors.LABELS_NEEDED({ file, column: labelColumn });
  const rows = rowsWhere(label.length, (row) => !Number.isNaN(label[row]));
  const known = takeDays(days, rows);
  const positives = known.label.reduce((sum, value) => sum + value, 0);
  if (positives === 0 || positives === rows.length) {
    throw gamingErrors.LABELS_ONE_KIND({ file, rows: rows.length, positives });
  }
  return known;
}

/** Days of which all have a mark. */
export interface LabelledDays extends UsageDays {
  readonly label: Float64Array;
  /** One number a row, equal for rows of one user. */
  readonly userCodes: Int32Array;
}

/** Chosen rows, in their order; marks that are not there are NaN. */
export function takeDays(days: UsageDays, rows: Uint32Array): LabelledDays {
  const label = days.label ?? new Float64Array(days.users.length).fill(Number.NaN);
  const users = Array.from(rows, (row) => days.users[row]!);
  return {
    ...days,
    features: days.features.take(rows),
    users,
    ...(days.days && { days: Array.from(rows, (row) => days.days![row]!) }),
    userCodes: groupCodes(users),
    label: Float64Array.from(rows, (row) => label[row]!),
  };
}

/**
 * Rows that repeat an earlier one: same user, same five numbers.
 * @returns 1 for a repeat, one a row
 */
export function repeatedRows({ features, userCodes }: LabelledDays): Uint8Array {
  const columns = publishedFeatures.map((name) => features.numbers(name));
  const seen = new Map<number, number[]>();
  return Uint8Array.from(userCodes, (user, row) => {
    const earlier = seen.get(user);
    if (earlier === undefined) {
      seen.set(user, [row]);
      return 0;
    }
    if (earlier.some((other) => columns.every((column) => column[other] === column[row]))) return 1;
    earlier.push(row);
    return 0;
  });
}
