/**
 * Month sets as one statement. The cutoff of a row is the end of its month; an event counts when
 * `event_at < cutoff AND arrived_at <= known_at`, and before the user's first purchase that was
 * known by then. Track values become integers once a track, so that every mean is a quotient of
 * two integer sums.
 */
import { ok as assert } from "node:assert/strict";
import { quoteName, quoteText } from "../lake/index.js";
import type { CompileContext, CompiledSet, Cutoff } from "./compiled.js";
import { addDays, timestampSql } from "./days.js";
import type { FeatureDeclaration, MonthSet } from "./declaration.js";
import { flaggedPart, flaggedReason } from "./flagged.js";
import { columnAlias, entityColumns, entityColumnsPart } from "./month-columns.js";
import { names, scaleOf, unscaledMeanSql } from "./scaled.js";

/** Compiles a month set for DuckDB and, by its shims, for Spark. */
export function compileMonths(set: MonthSet, context: CompileContext): CompiledSet {
  const parts = [
    cutPart(context.cutoffs, set.labelDays),
    `"bought" AS (
  SELECT p."user_id", c."place", min(p."event_at") AS "bought_at"
  FROM ${quoteName(set.ends)} p JOIN "cut" c
    ON p."event_at" < c."cutoff" AND p."arrived_at" <= c."known_at"
  GROUP BY p."user_id", c."place")`,
    ...set.population.map(seenPart),
    countedPart(set),
    entityColumnsPart(set),
    heardPart(set),
    likedPart,
    ...favouriteParts,
    ...(set.leaveOutFlagged ? [flaggedPart] : []),
    ...labelParts(set, context),
  ];
  return { statement: `WITH ${parts.join(",\n")}\n${selectSql(set)}` };
}

function cutPart(cutoffs: readonly Cutoff[], labelDays: number): string {
  const rows = cutoffs.map((cutoff, place) => {
    const starts = `${addDays(cutoff.day, -1).slice(0, 7)}-01`;
    const until = addDays(cutoff.day, labelDays);
    const values = [
      place,
      Number(starts.slice(0, 4)),
      Number(starts.slice(5, 7)),
      timestampSql(starts),
      timestampSql(cutoff.day),
      `TIMESTAMP ${quoteText(cutoff.knownAt)}`,
      timestampSql(until),
      cutoff.labelKnown,
    ];
    return `  (${values.join(", ")})`;
  });
  const columns = ["place", "year", "month", "starts", "cutoff", "known_at"];
  const named = names(...columns, "label_until", "label_known");
  return `"cut"(${named}) AS (VALUES\n${rows.join(",\n")})`;
}

function seenPart(table: string): string {
  const track = table === "play" ? `, e."track_id"` : "";
  return `${quoteName(`${table}_seen`)} AS (
  SELECT e."user_id", c."place", e."event_at", c."known_at"${track}
  FROM ${quoteName(table)} e
  JOIN "cut" c ON year(e."event_at") = c."year" AND month(e."event_at") = c."month"
  LEFT JOIN "bought" b ON e."user_id" = b."user_id" AND c."place" = b."place"
  WHERE e."event_at" < c."cutoff" AND e."arrived_at" <= c."known_at"
    AND (b."bought_at" IS NULL OR e."event_at" < b."bought_at"))`;
}

function countedPart(set: MonthSet): string {
  const parts = set.population.map((table) => {
    const counts = set.population.map(
      (other) => `${other === table ? "count(*)" : "0"} AS ${quoteName(`${other}_n`)}`,
    );
    return `    SELECT "user_id", "place", min("event_at") AS "first_at", ${counts.join(", ")}
    FROM ${quoteName(`${table}_seen`)} GROUP BY "user_id", "place"`;
  });
  const sums = set.population.map((table) => {
    const name = quoteName(`${table}_n`);
    return `CAST(sum(${name}) AS BIGINT) AS ${name}`;
  });
  return `"counted" AS (
  SELECT "user_id", "place", min("first_at") AS "first_at", ${sums.join(", ")}
  FROM (\n${parts.join("\n    UNION ALL\n")})
  GROUP BY "user_id", "place")`;
}

/** Sums and counts of the tracks' integer columns over the plays of a row. */
function heardPart(set: MonthSet): string {
  const sums = entityColumns(set).flatMap((column) => {
    const name = columnAlias(column);
    return [
      `CAST(sum(t.${quoteName(name)}) AS BIGINT) AS ${quoteName(`${name}_sum`)}`,
      `CAST(count(t.${quoteName(name)}) AS BIGINT) AS ${quoteName(`${name}_n`)}`,
    ];
  });
  return `"heard" AS (
  SELECT p."user_id", p."place", CAST(count(DISTINCT t."artist_id") AS BIGINT) AS "artists",
    ${sums.join(",\n    ")}
  FROM "play_seen" p LEFT JOIN "track_value" t ON p."track_id" = t."track_id"
  GROUP BY p."user_id", p."place")`;
}

const likedPart = `"liked" AS (
  SELECT p."user_id", p."place", CAST(count(*) AS BIGINT) AS "plays"
  FROM "play_seen" p SEMI JOIN "like" l
    ON p."user_id" = l."user_id" AND p."track_id" = l."track_id"
    AND l."event_at" <= p."event_at" AND l."arrived_at" <= p."known_at"
  GROUP BY p."user_id", p."place")`;

const popularity = quoteName(columnAlias("track.popularity"));
const favouriteParts = [
  `"artist_heard" AS (
  SELECT p."user_id", p."place", t."artist_id", CAST(count(*) AS BIGINT) AS "plays",
    CAST(sum(t.${popularity}) AS BIGINT) AS "popularity_sum",
    CAST(count(t.${popularity}) AS BIGINT) AS "popularity_n"
  FROM "play_seen" p JOIN "track_value" t ON p."track_id" = t."track_id"
  WHERE t."artist_id" IS NOT NULL
  GROUP BY p."user_id", p."place", t."artist_id")`,
  `"favourite_met" AS (
  SELECT a."user_id", a."place", a."artist_id", a."plays",
    a."popularity_sum", a."popularity_n", g."genre"
  FROM "artist_heard" a
  JOIN "artist_genre" g ON a."artist_id" = g."artist_id"
  JOIN "user_genre" u ON a."user_id" = u."user_id" AND g."genre" = u."genre")`,
  `"favourite_genres" AS (
  SELECT "user_id", "place", CAST(count(DISTINCT "genre") AS BIGINT) AS "genres"
  FROM "favourite_met" GROUP BY "user_id", "place")`,
  `"favourite_plays" AS (
  SELECT "user_id", "place", CAST(sum("plays") AS BIGINT) AS "plays",
    CAST(sum("popularity_sum") AS BIGINT) AS "popularity_sum",
    CAST(sum("popularity_n") AS BIGINT) AS "popularity_n"
  FROM (SELECT DISTINCT "user_id", "place", "artist_id", "plays", "popularity_sum", "popularity_n"
    FROM "favourite_met")
  GROUP BY "user_id", "place")`,
];

function labelParts(set: MonthSet, { coveredUntil }: CompileContext): string[] {
  const flagged = set.leaveOutFlagged;
  const unflagged = `e."user_id" IS NULL AND u."premium" THEN 'flagged_without_purchase'`;
  const joined = ` LEFT JOIN "flagged" f ON r."user_id" = f."user_id" AND r."place" = f."place"`;
  const cases = flagged
    ? [`f."user_id" IS NOT NULL THEN ${flaggedReason}`, unflagged]
    : [unflagged];
  const table = quoteName(set.ends);
  const soon = `INTERVAL '${set.labelDays}' DAY`;
  return [
    `"ever_buys" AS (SELECT DISTINCT "user_id" FROM ${table})`,
    `"month_buys" AS (
  SELECT p."user_id", c."place", CAST(count(*) AS BIGINT) AS "purchases"
  FROM ${table} p JOIN "cut" c ON p."event_at" >= c."starts" AND p."event_at" < c."cutoff"
  GROUP BY p."user_id", c."place")`,
    `"next_buys" AS (
  SELECT DISTINCT p."user_id", c."place"
  FROM ${table} p JOIN "cut" c ON p."event_at" >= c."cutoff" AND p."event_at" < c."label_until")`,
    `"soon_buys" AS (
  SELECT DISTINCT r."user_id", r."place"
  FROM "counted" r JOIN ${table} p ON r."user_id" = p."user_id"
    AND p."event_at" > r."first_at" AND p."event_at" <= r."first_at" + ${soon})`,
    `"row" AS (
  SELECT r.*, c."year", c."month",
    CASE WHEN e."user_id" IS NULL THEN 0 ELSE 1 END AS "ever",
    CASE WHEN c."label_known" THEN CASE WHEN n."user_id" IS NULL THEN 0 ELSE 1 END END AS "next",
    coalesce(m."purchases", 0) AS "purchases",
    CASE WHEN r."first_at" + ${soon} < ${timestampSql(coveredUntil)}
      THEN CASE WHEN s."user_id" IS NULL THEN 0 ELSE 1 END END AS "soon",
    CASE ${cases.map((one) => `WHEN ${one}`).join(" ")} END AS "dropped"
  FROM "counted" r JOIN "cut" c ON r."place" = c."place"
  LEFT JOIN "ever_buys" e ON r."user_id" = e."user_id"
  LEFT JOIN "month_buys" m ON r."user_id" = m."user_id" AND r."place" = m."place"
  LEFT JOIN "next_buys" n ON r."user_id" = n."user_id" AND r."place" = n."place"
  LEFT JOIN "soon_buys" s ON r."user_id" = s."user_id" AND r."place" = s."place"
  LEFT JOIN "user" u ON r."user_id" = u."user_id"${flagged ? joined : ""})`,
  ];
}

/** The other reason to be left out is part of the answer; the leak gate compares this one. */
const flaggedColumn = `, r."dropped" IS NOT DISTINCT FROM ${flaggedReason} AS "r_flagged"`;

function selectSql(set: MonthSet): string {
  const features = set.features.map(
    (feature) => `${featureSql(feature)} AS ${quoteName(feature.name)}`,
  );
  return `SELECT r."user_id", r."year", r."month",
  r."ever" AS "premium_user_numerical", r."next" AS "will_buy_premium_next_month_numerical",
  r."purchases" AS "number_of_premium",
  ${features.join(",\n  ")},
  r."soon" AS "will_buy_premium_30_days_from_first_event_numerical",
  r."dropped" AS "r_dropped"${set.leaveOutFlagged ? flaggedColumn : ""}
FROM "row" r
LEFT JOIN "heard" h ON r."user_id" = h."user_id" AND r."place" = h."place"
LEFT JOIN "liked" k ON r."user_id" = k."user_id" AND r."place" = k."place"
LEFT JOIN "favourite_plays" f ON r."user_id" = f."user_id" AND r."place" = f."place"
LEFT JOIN "favourite_genres" g ON r."user_id" = g."user_id" AND r."place" = g."place"`;
}

function featureSql({ name, events, filter, aggregate }: FeatureDeclaration): string {
  if (filter?.liked) return `coalesce(k."plays", 0)`;
  if (filter?.favouriteGenre) {
    if (aggregate.kind === "count") return `coalesce(f."plays", 0)`;
    if (aggregate.kind === "distinct") return `coalesce(g."genres", 0)`;
    assert(
      aggregate.kind === "mean" && aggregate.column === "track.popularity",
      `${name} is a mean of popularity, the only one over favourite genres`,
    );
    return unscaledMeanSql(
      `f."popularity_sum"`,
      `f."popularity_n"`,
      scaleOf("play", "track.popularity"),
    );
  }
  if (aggregate.kind === "count") return `r.${quoteName(`${events[0]}_n`)}`;
  if (aggregate.kind === "distinct") return `coalesce(h."artists", 0)`;
  if (aggregate.kind !== "sum" && aggregate.kind !== "mean") {
    throw new Error(`Broken invariant: ${name} has no compilation over months.`);
  }
  const alias = columnAlias(aggregate.column);
  const sum = `h.${quoteName(`${alias}_sum`)}`;
  if (aggregate.kind === "sum") return `coalesce(${sum}, 0)`;
  return unscaledMeanSql(sum, `h.${quoteName(`${alias}_n`)}`, scaleOf("play", aggregate.column));
}
