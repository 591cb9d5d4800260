/**
 * Other futures of a lake: the same past, and everything after a cutoff (by the time of the event
 * or by its arrival) deleted, scrambled or forged. Features may not tell them apart.
 */
import { type ColumnContract, tables } from "../events/index.js";
import { type Engine, quoteName, quoteText, sqlTypes } from "../lake/index.js";
import type { Cutoff } from "./compiled.js";
import { timestampSql } from "./days.js";
import type { FeatureSet } from "./declaration.js";

/** Name of a way to change what may not be seen. */
export type FutureVariant = "deleted" | "scrambled" | "forged" | "entities" | "after the purchase";

/** The variants that apply to a set. */
export function variantsOf(set: FeatureSet): FutureVariant[] {
  const all: FutureVariant[] = ["deleted", "scrambled", "forged", "entities"];
  return set.shape === "months" ? [...all, "after the purchase"] : all;
}

/** Most users for whom events are forged. */
const mostForgedUsers = 1000;

/** Replaces the views by tables that hold the other future. */
export async function changeFuture(
  engine: Engine,
  set: FeatureSet,
  { variant, cutoff }: { readonly variant: FutureVariant; readonly cutoff: Cutoff },
): Promise<void> {
  if (variant === "entities") return changeEntities(engine, set);
  const read = [
    ...set.population,
    ...(set.shape === "months" ? [set.ends] : []),
    ...(set.leaveOutFlagged ? ["verdict"] : []),
  ];
  const known = `"arrived_at" <= TIMESTAMP ${quoteText(cutoff.knownAt)}`;
  const past = `"event_at" < ${timestampSql(cutoff.day)} AND ${known}`;
  if (variant === "forged") await chooseForgedUsers(engine, read, past);
  if (variant === "after the purchase") await findEnds(engine, set, past);
  for (const table of read) {
    const name = quoteName(table);
    if (variant === "deleted")
      await replaceView(engine, table, `SELECT * FROM ${name} WHERE ${past}`);
    if (variant === "scrambled") await replaceView(engine, table, scrambledSql(table, past));
    if (variant === "forged") {
      await replaceView(
        engine,
        table,
        `SELECT * FROM ${name} UNION ALL BY NAME ${forgedSql(table, cutoff)} ` +
          `UNION ALL BY NAME ${lateCopiesSql(table, cutoff, past)}`,
      );
    }
    if (
      variant === "after the purchase" &&
      set.shape === "months" &&
      set.population.includes(table)
    ) {
      await replaceView(engine, table, afterEndSql(table));
    }
  }
}

async function replaceView(engine: Engine, table: string, sql: string): Promise<void> {
  const held = quoteName(`r_changed_${table}`);
  await engine.run(`CREATE OR REPLACE TABLE ${held} AS ${sql}`);
  await engine.run(`CREATE OR REPLACE VIEW ${quoteName(table)} AS SELECT * FROM ${held}`);
}

/** Rows of the future take the user and the values of others; their times stay in the future. */
function scrambledSql(table: string, past: string): string {
  const contract = tables[table]?.columns ?? {};
  const kept = new Set(["event_at", "event_date", "arrived_at", "timed"]);
  const columns = Object.keys(contract).map((name, index) => {
    const column = quoteName(name);
    if (kept.has(name)) return column;
    const order = `md5("user_id" || CAST("event_at" AS VARCHAR) || '${index % 3}')`;
    return `coalesce(lead(${column}) OVER (ORDER BY ${order}), ${column}) AS ${column}`;
  });
  const name = quoteName(table);
  return (
    `SELECT * FROM ${name} WHERE ${past} UNION ALL BY NAME ` +
    `SELECT ${columns.join(", ")} FROM ${name} WHERE NOT (${past})`
  );
}

async function chooseForgedUsers(
  engine: Engine,
  read: readonly string[],
  past: string,
): Promise<void> {
  const users = read.map((table) => `SELECT "user_id" FROM ${quoteName(table)} WHERE ${past}`);
  await engine.run(
    `CREATE OR REPLACE TABLE "r_forged_user" AS SELECT DISTINCT "user_id" ` +
      `FROM (${users.join(" UNION ALL ")}) ORDER BY md5("user_id") LIMIT ${mostForgedUsers}`,
  );
  await engine.run(
    `CREATE OR REPLACE TABLE "r_forged_track" AS SELECT coalesce(
      (SELECT max("track_id") FROM "play" WHERE "track_id" IN (SELECT "track_id" FROM "track")),
      (SELECT max("track_id") FROM "play")) AS "track_id"`,
  );
}

/** Moments relative to the cutoff, µs: on the boundary, just after it, and well into the future. */
const futureOffsetsUs = [0, 1, 3_600e6, 86_400e6, 3 * 86_400e6, 12 * 86_400e6, 33 * 86_400e6];
/** Moments in the past of rows that arrive too late. */
const lateOffsetsUs = [-1, -3_600e6, -2 * 86_400e6, -9 * 86_400e6, -25 * 86_400e6];

/** For each chosen user: bursts in the future, and rows of the past that arrive after known_at. */
function forgedSql(table: string, cutoff: Cutoff): string {
  const at = timestampSql(cutoff.day);
  const known = `TIMESTAMP ${quoteText(cutoff.knownAt)}`;
  const moments = [
    ...futureOffsetsUs.map((us) => `(${us}, ${us})`),
    ...lateOffsetsUs.map((us) => `(${us}, NULL)`),
  ];
  const values = Object.entries(tables[table]?.columns ?? {})
    .filter(([name]) => !["user_id", "event_at", "event_date", "arrived_at"].includes(name))
    .map(([name, column]) => `${forgedValue(name, column)} AS ${quoteName(name)}`);
  return (
    `SELECT u."user_id", ${at} + to_microseconds(m."offset") AS "event_at", ` +
    `CAST(${at} + to_microseconds(m."offset") AS DATE) AS "event_date", ` +
    `CASE WHEN m."shown" IS NULL THEN ${known} + to_microseconds(1 + c."copy" * 3600000000) ` +
    `ELSE ${at} + to_microseconds(m."offset") END AS "arrived_at", ` +
    `${values.join(", ")} FROM "r_forged_user" u, ` +
    `(SELECT CAST("a" AS BIGINT) AS "offset", "b" AS "shown" ` +
    `FROM (VALUES ${moments.join(", ")}) v("a", "b")) m, ` +
    `range(12) AS c("copy")`
  );
}

/** The chosen users' past happens again, and arrives a tick too late. */
function lateCopiesSql(table: string, cutoff: Cutoff, past: string): string {
  const late = `TIMESTAMP ${quoteText(cutoff.knownAt)} + INTERVAL 1 MICROSECOND`;
  return (
    `SELECT * REPLACE (${late} AS "arrived_at") FROM ${quoteName(table)} ` +
    `SEMI JOIN "r_forged_user" USING ("user_id") WHERE ${past}`
  );
}

function forgedValue(name: string, column: ColumnContract): string {
  if (name === "track_id") return `(SELECT "track_id" FROM "r_forged_track")`;
  if (column.type === "text") return `'zz forged ' || (c."copy" % 3)`;
  if (column.type === "boolean") return "true";
  if (column.type === "real" || column.type === "integer") return "80000";
  return `CAST(NULL AS ${sqlTypes[column.type]})`;
}

/** Every column of an entity that the set has not declared as timeless gets another value. */
async function changeEntities(engine: Engine, set: FeatureSet): Promise<void> {
  for (const table of Object.values(tables)) {
    if (table.nature !== "entity") continue;
    const columns = Object.entries(table.columns).map(([name, column]) => {
      const quoted = quoteName(name);
      const isKept = name === table.key || set.timeless.includes(`${table.name}.${name}`);
      return isKept ? quoted : `${otherValue(quoted, column)} AS ${quoted}`;
    });
    const missing = columns.join(", ");
    await replaceView(engine, table.name, `SELECT ${missing} FROM ${quoteName(table.name)}`);
  }
}

function otherValue(quoted: string, { type }: ColumnContract): string {
  if (type === "text") return `'zz forged'`;
  if (type === "boolean") return `NOT coalesce(${quoted}, false)`;
  if (type === "integer" || type === "real") return `coalesce(${quoted}, 0) * 7 + 1`;
  return `CAST(NULL AS ${sqlTypes[type]})`;
}

/** First purchase of each user that was known by the end of its month. */
async function findEnds(engine: Engine, set: FeatureSet, past: string): Promise<void> {
  if (set.shape !== "months") return;
  await engine.run(
    `CREATE OR REPLACE TABLE "r_end" AS SELECT "user_id", min("event_at") AS "ended_at" ` +
      `FROM ${quoteName(set.ends)} WHERE ${past} ` +
      `AND "arrived_at" < date_trunc('month', "event_at") + INTERVAL 1 MONTH GROUP BY "user_id"`,
  );
}

/** Events from a user's first purchase on happen three times, and a second later. */
function afterEndSql(table: string): string {
  const name = quoteName(table);
  const monthEnd = `date_trunc('month', t."event_at") + INTERVAL 1 MONTH - INTERVAL 1 MICROSECOND`;
  const later = `least(t."event_at" + INTERVAL 1 SECOND, ${monthEnd})`;
  const ended = `"r_end" e ON t."user_id" = e."user_id"`;
  const after = `SELECT t.* REPLACE (${later} AS "event_at") FROM ${name} t
    JOIN ${ended} WHERE t."event_at" >= e."ended_at"`;
  const before = `SELECT t.* FROM ${name} t
    LEFT JOIN ${ended} WHERE e."ended_at" IS NULL OR t."event_at" < e."ended_at"`;
  return `${before} UNION ALL ${after} UNION ALL ${after} UNION ALL ${after}`;
}
