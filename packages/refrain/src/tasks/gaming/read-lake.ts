import { Frame, numberColumn } from "@refrain/learn";
import { resolveLimits } from "../../foundation/index.js";
import { type Engine, openLake, registerViews, withEngine } from "../../lake/index.js";
import { gamingErrors } from "./errors.js";
import {
  dailySql,
  furtherFeatures,
  furtherNames,
  furtherSql,
  heardSql,
  orderedSql,
  publishedSql,
  sittingsSql,
} from "./lake-sql.js";
import type { ComparedRows } from "./lookalikes.js";
import {
  type CountedLake,
  type Marks,
  publishedFeatures,
  type RawUsage,
  type ReadUsageOptions,
} from "./read-usage.js";
import { sittingsOf, tastesOf } from "./taste.js";

/** In place of a list of features: all that a lake gives. */
export const everyFeature = "all";

/**
 * Names of the features that are asked for of a lake.
 * @throws FEATURE_REFUSED
 */
export function lakeFeatures(asked: readonly string[]): readonly string[] {
  if (asked.includes(everyFeature)) return furtherNames;
  for (const name of asked) {
    if (furtherFeatures[name] !== undefined) continue;
    const why = `a lake gives ${furtherNames.join(", ")}`;
    throw gamingErrors.FEATURE_REFUSED({ column: name, why });
  }
  return asked;
}

type LakeOptions = Omit<ReadUsageOptions, "files">;

/**
 * The usage of one day, or of some days together, from the plays of a lake and its catalogue: the
 * five published features, and those asked for of `furtherFeatures`.
 * @throws LAKE_NOT_FOUND, USAGE_LAKE_UNUSABLE, FEATURE_REFUSED, INTERRUPTED
 */
export async function readLakeUsage(directory: string, options: LakeOptions): Promise<RawUsage> {
  const { date, span = 1, limits, signal, onProgress } = options;
  const extra = lakeFeatures(options.extra ?? []);
  const lake = await openLake(directory);
  onProgress?.({ doing: `counting the plays of ${directory}` });
  const job = { limits: resolveLimits(limits), doing: `reading ${directory}`, signal };
  return await withEngine(job, async (engine) => {
    await registerViews(engine, lake);
    const day = await dayOf(engine, directory, { date, isTimed: extra.length > 0 });
    await engine.run(heardSql({ day, span }), { day });
    const published = await engine.columns(publishedSql);
    const users = published[0]!.values as readonly string[];
    if (extra.length > 0) await engine.run(orderedSql());
    const further = extra.length > 0 ? await engine.columns(furtherSql(extra)) : [];
    const columns = new Map(
      [...published.slice(1), ...further.slice(1)].map(
        ({ name, values }) => [name, values as Float64Array] as const,
      ),
    );
    const tastes = await tasteColumns(engine, users, extra, options);
    const told = extra.map((name, at) => tastes.get(name) ?? columns.get(`x${at}`)!);
    return {
      file: `${directory} on ${span === 1 ? day : `${span} days up to ${day}`}`,
      counted: { directory, day, span },
      ...{ users, rowsRead: users.length, dropped: {}, rejects: [] },
      values: [...["n0", "n1", "n2", "n3", "n4"].map((name) => columns.get(name)!), ...told],
    };
  });
}

/**
 * Usage by user and day of days that were counted together, where somebody played an artist often.
 * @throws LAKE_NOT_FOUND, INTERRUPTED
 */
export async function readDailyUsage(
  { directory, ...days }: CountedLake,
  { limits, signal }: Pick<LakeOptions, "limits" | "signal">,
): Promise<ComparedRows> {
  const lake = await openLake(directory);
  const job = { limits: resolveLimits(limits), doing: `reading ${directory}`, signal };
  return await withEngine(job, async (engine) => {
    await registerViews(engine, lake);
    await engine.run(heardSql(days), { day: days.day });
    const columns = await engine.columns(dailySql);
    const numbers = publishedFeatures.map((name, at) =>
      numberColumn(name, columns[1 + at]!.values as Float64Array),
    );
    const texts = (at: number) => columns[at]!.values as readonly string[];
    return { features: new Frame(numbers), users: texts(0), days: texts(6) };
  });
}

/** The features that SQL does not tell; 1, one taste, where there is too little to say. */
async function tasteColumns(
  engine: Engine,
  users: readonly string[],
  extra: readonly string[],
  { limits, signal }: LakeOptions,
): Promise<ReadonlyMap<string, Float64Array>> {
  if (!extra.some((name) => furtherFeatures[name]!.sql === undefined)) return new Map();
  const rows = sittingsOf(await engine.columns(sittingsSql));
  const { bySitting, byDevice } = await tastesOf(rows, { threads: limits?.threads, signal });
  const column = (of: ReadonlyMap<string, number>) =>
    Float64Array.from(users, (user) => of.get(user) ?? 1);
  return new Map([
    ["TasteBySitting", column(bySitting)],
    ["TasteByDevice", column(byDevice)],
  ]);
}

/**
 * The usage of marked users, each on the day of the mark. Marks without plays on their day are
 * counted as dropped (`no_plays`).
 * @throws what `readLakeUsage` throws
 */
export async function readMarkedLake(
  directory: string,
  marks: readonly Marks[],
  options: LakeOptions,
): Promise<RawUsage[]> {
  const found: RawUsage[] = [];
  for (const one of marks) {
    const { users, label, days } = one;
    const own: RawUsage[] = [];
    let marked = 0;
    for (const day of new Set(days ?? [options.date])) {
      const usage = await readLakeUsage(directory, {
        ...options,
        ...(day === null || day === undefined ? {} : { date: day }),
      });
      const markOf = new Map<string, number>();
      for (const [row, user] of users.entries()) {
        if (days === undefined || days[row] === day) markOf.set(user, label[row]!);
      }
      marked += markOf.size;
      own.push(markedRows({ ...usage, file: `${one.file}, counted from ${usage.file}` }, markOf));
    }
    found.push(...withDropped(own, one, marked));
  }
  return found;
}

/** What was left out of the marks stands with the first of their days. */
function withDropped(own: readonly RawUsage[], { dropped, rejects }: Marks, marked: number) {
  const played = own.reduce((sum, { users }) => sum + users.length, 0);
  const all = { ...dropped, ...(marked > played ? { no_plays: marked - played } : {}) };
  const left = Object.values(all).reduce((sum, rows) => sum + rows, 0);
  return own.map((one, at) => {
    return at > 0 ? one : { ...one, rowsRead: one.rowsRead + left, dropped: all, rejects };
  });
}

function markedRows(usage: RawUsage, markOf: ReadonlyMap<string, number>): RawUsage {
  const rows = [...usage.users.keys()].filter((row) => markOf.has(usage.users[row]!));
  return {
    ...usage,
    rowsRead: rows.length,
    users: rows.map((row) => usage.users[row]!),
    values: usage.values.map((column) => Float64Array.from(rows, (row) => column[row]!)),
    label: Float64Array.from(rows, (row) => markOf.get(usage.users[row]!)!),
  };
}

/** The day asked for, else the last with plays; checks that the catalogue knows labels. */
async function dayOf(
  engine: Engine,
  lake: string,
  { date, isTimed }: { readonly date: string | undefined; readonly isTimed: boolean },
): Promise<string> {
  const [found] = await engine.rows(
    `SELECT CAST(max("event_date") AS VARCHAR) AS "day",
       (SELECT count("label_kind") FROM "track") AS "labels",
       (SELECT count("album") FROM "track") AS "albums" FROM "play"`,
  );
  const lacks = (what: string) => gamingErrors.USAGE_LAKE_UNUSABLE({ lake, what });
  if (typeof found?.["day"] !== "string") throw lacks("no plays");
  if (Number(found["labels"]) === 0) throw lacks("no catalogue that says which labels are indie");
  if (Number(found["albums"]) === 0)
    throw lacks("no catalogue that says which album a track is of");
  const day = date ?? found["day"];
  const [plays] = await engine.rows(
    `SELECT count(*) AS "plays", count(*) FILTER ("timed") AS "timed" FROM "play"
     WHERE "event_date" = CAST($day AS DATE)`,
    { day },
  );
  if (Number(plays?.["plays"]) === 0) throw lacks(`no plays on ${day}`);
  if (isTimed && Number(plays?.["timed"]) < Number(plays?.["plays"]) / 2) {
    throw lacks(`no times of day of the plays on ${day}, which further features need`);
  }
  return day;
}

/** Whether the plays of a lake's last day, or of the day asked for, carry times. */
export async function isTimedLake(directory: string, options: LakeOptions): Promise<boolean> {
  const lake = await openLake(directory);
  const { limits, signal, date } = options;
  const job = { limits: resolveLimits(limits), doing: `reading ${directory}`, signal };
  return await withEngine(job, async (engine) => {
    await registerViews(engine, lake);
    const [found] = await engine.rows(
      `SELECT coalesce(avg(CAST("timed" AS INTEGER)), 0) AS "share" FROM "play"
       WHERE "event_date" = coalesce(CAST($day AS DATE), (SELECT max("event_date") FROM "play"))`,
      { day: date ?? null },
    );
    return Number(found?.["share"]) >= 0.5;
  });
}
