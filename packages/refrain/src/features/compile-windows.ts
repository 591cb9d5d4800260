/**
 * Windowed sets as one statement: events are summed once to cells (user, day, known_from), then
 * each cutoff reads the cells before it that were known by it. `known_from` is the place of the
 * first cutoff by whose known_at the rows had arrived, so `"known_from" <= place` is exactly
 * `arrived_at <= known_at`, and `"day" < cutoff` is exactly `event_at < cutoff`, because a cutoff
 * is the first moment of a day.
 */
import { quoteName, quoteText } from "../lake/index.js";
import { bookkeeping, type CompileContext, type CompiledSet, type Cutoff } from "./compiled.js";
import { addDays, dateSql, timestampSql } from "./days.js";
import type { FeatureDeclaration, RatioDeclaration, WindowSet } from "./declaration.js";
import { columnNames, featureNames, isRatio } from "./declaration.js";
import { flaggedPart, flaggedReason } from "./flagged.js";
import { distinctArm } from "./window-distinct.js";
import { distinctMeasures, type Measure, measuresOf } from "./window-measures.js";
import { rowColumns } from "./window-row.js";

/** Compiles a windowed set for DuckDB and, by its shims, for Spark. */
export function compileWindows(set: WindowSet, context: CompileContext): CompiledSet {
  const measures = distinctMeasures(set);
  const cells = [
    ...verdictParts(set, context.cutoffs),
    ...cellTables(set, context, measures),
    unionCells(set, measures),
  ];
  const arms = context.cutoffs.map((cutoff, place) =>
    arm({ set, context, measures }, cutoff, place),
  );
  const parts = [...cells, ...arms.flatMap((one) => one.parts)];
  const selects = arms.map((one) => one.select).join("\nUNION ALL\n");
  const output = outputColumns(set);
  const statement = `WITH ${parts.join(",\n")}\nSELECT ${output}\nFROM (\n${selects}\n)`;
  if (set.cleaning.outliers === "keep") return { statement };
  const days = [...cells, ...arms.map((one) => one.parts[0])].join(",\n");
  const limits = context.cutoffs.map((_, place) => limitRows(set, place)).join("\nUNION ALL\n");
  return { statement, limitStatement: `WITH ${days}\n${limits}` };
}

/** Users with a verdict that was known, by cutoff; read once for all of them. */
function verdictParts(set: WindowSet, cutoffs: readonly Cutoff[]): string[] {
  const flagged = set.leaveOutFlagged ? [flaggedPart] : [];
  const bots = set.cleaning.keepBots ? [] : [botPart];
  if (bots.length + flagged.length === 0) return [];
  const rows = cutoffs.map(
    ({ day, knownAt }, place) => `  (${place}, ${dateSql(day)}, TIMESTAMP ${quoteText(knownAt)})`,
  );
  return [
    `"cut"("place", "cutoff", "known_at") AS (VALUES\n${rows.join(",\n")})`,
    ...bots,
    ...flagged,
  ];
}

const botPart = `"bot" AS (
  SELECT DISTINCT b."user_id", c."place"
  FROM "bot_day" b JOIN "cut" c
    ON b."event_date" < c."cutoff" AND b."known_at" <= c."known_at")`;

function flaggedSql(place: number): string {
  return `"user_id" IN (SELECT "user_id" FROM "flagged" WHERE "place" = ${place})`;
}

interface Scope {
  readonly set: WindowSet;
  readonly context: CompileContext;
  readonly measures: readonly Measure[];
}

function knownFromSql(cutoffs: readonly Cutoff[]): string {
  const cases = cutoffs.map(
    (cutoff, place) => `WHEN "arrived_at" <= TIMESTAMP ${quoteText(cutoff.knownAt)} THEN ${place}`,
  );
  return `CASE ${cases.join(" ")} ELSE ${cutoffs.length} END`;
}

function cellTables(
  set: WindowSet,
  { cutoffs }: CompileContext,
  measures: readonly Measure[],
): string[] {
  const first = addDays((cutoffs[0] as Cutoff).day, -set.lookbackDays);
  const last = addDays((cutoffs.at(-1) as Cutoff).day, set.labelDays);
  return set.population.map((table) => {
    const own = measures.filter((measure) => measure.events.includes(table));
    return `${quoteName(`${table}_cell`)} AS (
  SELECT "user_id", CAST("event_at" AS DATE) AS "day", ${knownFromSql(cutoffs)} AS "known_from",
    ${own.map((measure) => `${measure.sql} AS ${quoteName(measure.name)}`).join(",\n    ")}
  FROM ${quoteName(table)}
  WHERE "event_at" >= ${timestampSql(first)} AND "event_at" < ${timestampSql(last)}
  GROUP BY 1, 2, 3)`;
  });
}

function unionCells(set: WindowSet, measures: readonly Measure[]): string {
  const parts = set.population.map((table) => {
    const columns = measures.map((measure) => {
      if (measure.events.includes(table)) return quoteName(measure.name);
      const none = measure.combine === "sum" ? "0" : "NULL";
      return `CAST(${none} AS ${measure.type}) AS ${quoteName(measure.name)}`;
    });
    return `  SELECT "user_id", "day", "known_from",
    ${columns.join(", ")}
  FROM ${quoteName(`${table}_cell`)}`;
  });
  return `"cell" AS (\n${parts.join("\n  UNION ALL\n")})`;
}

/** The parts of one cutoff: days, limit, cleaned days, rows, distinct counts, label. */
function arm(scope: Scope, cutoff: Cutoff, place: number): { parts: string[]; select: string } {
  const { set, context } = scope;
  const distinct = distinctArm(set, cutoff, place);
  const labelEnd = dateSql(addDays(cutoff.day, set.labelDays));
  const parts = [
    dayPart(scope, cutoff, place),
    ...limitPart(set, context, place),
    cleanPart(scope, place),
    rowPart(set, cutoff, place),
    ...distinct.parts,
    `"label_${place}" AS (
  SELECT DISTINCT "user_id" FROM "cell"
  WHERE "day" >= ${dateSql(cutoff.day)} AND "day" < ${labelEnd})`,
  ];
  const label = cutoff.labelKnown
    ? `CASE WHEN l."user_id" IS NULL THEN 1 ELSE 0 END`
    : "CAST(NULL AS INTEGER)";
  const select = `SELECT r.*, ${[...distinct.columns, `${label} AS "label"`].join(", ")}
FROM "row_${place}" r${distinct.joins} LEFT JOIN "label_${place}" l ON r."uid" = l."user_id"`;
  return { parts, select };
}

function dayPart({ set, measures }: Scope, cutoff: Cutoff, place: number): string {
  const merged = measures.map(({ name, combine, type }) => {
    const merge = `${combine}(${quoteName(name)})`;
    return `${combine === "sum" ? `CAST(${merge} AS ${type})` : merge} AS ${quoteName(name)}`;
  });
  const bot = set.cleaning.keepBots
    ? "false"
    : `"user_id" IN (SELECT "user_id" FROM "bot" WHERE "place" = ${place})`;
  return `"day_${place}" AS (
  SELECT "user_id", "day", ${merged.join(", ")}, ${bot} AS "is_bot"
  FROM "cell"
  WHERE "day" >= ${dateSql(addDays(cutoff.day, -set.lookbackDays))}
    AND "day" < ${dateSql(cutoff.day)} AND "known_from" <= ${place}
  GROUP BY "user_id", "day")`;
}

function limitRows({ leaveOutFlagged }: WindowSet, place: number): string {
  const unflagged = leaveOutFlagged ? ` AND NOT ${flaggedSql(place)}` : "";
  return `SELECT ${place} AS "place", "play_n" AS "plays", CAST(count(*) AS BIGINT) AS "days"
    FROM "day_${place}" WHERE NOT "is_bot" AND "play_n" > 0${unflagged} GROUP BY "play_n"`;
}

/** Smallest number of plays that at least the given share of days does not pass. */
function limitPart(set: WindowSet, context: CompileContext, place: number): string[] {
  if (set.cleaning.outliers === "keep") return [];
  const given = context.playLimits?.[place];
  if (given !== undefined) {
    const limit = given === null ? "NULL" : String(given);
    return [`"limit_${place}" AS (SELECT CAST(${limit} AS BIGINT) AS "play_limit")`];
  }
  return [
    `"limit_${place}" AS (
  SELECT min("plays") AS "play_limit"
  FROM (SELECT "plays", sum("days") OVER (ORDER BY "plays" ASC NULLS LAST) AS "upto",
      sum("days") OVER () AS "total"
    FROM (${limitRows(set, place)}))
  WHERE "upto" * 1000 >= "total" * ${set.cleaning.outlierPerMille})`,
  ];
}

function cleanPart({ set, measures }: Scope, place: number): string {
  if (set.cleaning.outliers === "keep") {
    return `"clean_${place}" AS (
  SELECT *, CAST(NULL AS BIGINT) AS "play_limit", 0 AS "is_outlier" FROM "day_${place}")`;
  }
  const over = `"play_n" > "play_limit"`;
  const columns = measures.map(({ name, events, combine }) => {
    const column = quoteName(name);
    if (events.length !== 1 || events[0] !== "play") return column;
    if (set.cleaning.outliers === "remove") {
      const none = combine === "sum" ? "0" : "NULL";
      return `CASE WHEN ${over} THEN ${none} ELSE ${column} END AS ${column}`;
    }
    if (combine !== "sum") return column;
    const cut = `CAST(floor(CAST(${column} AS DOUBLE) * "play_limit" / "play_n") AS BIGINT)`;
    return `CASE WHEN ${over} THEN ${cut} ELSE ${column} END AS ${column}`;
  });
  return `"clean_${place}" AS (
  SELECT "user_id", "day", "is_bot", "play_limit",
    CASE WHEN ${over} THEN 1 ELSE 0 END AS "is_outlier",
    ${columns.join(",\n    ")}
  FROM "day_${place}" CROSS JOIN "limit_${place}")`;
}

function rowPart(set: WindowSet, cutoff: Cutoff, place: number): string {
  const events = set.population.map((table) => quoteName(`${table}_n`)).join(" + ");
  const columns = measuresOf(set).flatMap((one) => rowColumns(set, one, cutoff.day));
  const flagged = set.leaveOutFlagged
    ? `\n      WHEN ${flaggedSql(place)} THEN ${flaggedReason}`
    : "";
  return `"row_${place}" AS (
  SELECT "user_id" AS "uid", ${quoteText(cutoff.day)} AS "cutoff",
    CASE WHEN bool_or("is_bot") THEN 'bot'${flagged}
      WHEN sum(${events}) = 0 THEN 'outlier' END AS "r_dropped",
    CAST(sum("is_outlier") AS BIGINT) AS "r_outlier_days", max("play_limit") AS "r_play_limit",
    ${columns.join(",\n    ")}
  FROM "clean_${place}"
  GROUP BY "user_id")`;
}

function outputColumns(set: WindowSet): string {
  const ratios = new Map<string, RatioDeclaration>();
  const plain = new Map<string, FeatureDeclaration>();
  for (const feature of set.features) {
    if (isRatio(feature)) ratios.set(feature.name, feature);
    else for (const name of columnNames(feature)) plain.set(name, feature);
  }
  const features = featureNames(set).map((name) => {
    const ratio = ratios.get(name);
    return ratio ? `${ratioSql(ratio)} AS ${quoteName(name)}` : quoteName(name);
  });
  return ["uid", "cutoff", "label"]
    .map(quoteName)
    .concat(features, bookkeeping.map(quoteName))
    .join(",\n  ");
}

function ratioSql({ over, overFactor = 1, under, underFactor = 1 }: RatioDeclaration): string {
  const times = (name: string, factor: number): string =>
    `CAST(${factor === 1 ? quoteName(name) : `${quoteName(name)} * ${factor}`} AS DOUBLE)`;
  return `${times(over, overFactor)} / nullif(${times(under, underFactor)}, 0)`;
}
