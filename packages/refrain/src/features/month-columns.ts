/**
 * The tracks' columns as integers: a date as seconds since 1970, a truth as 0/1, a text by its
 * length.
 */
import { tables } from "../events/index.js";
import { quoteName } from "../lake/index.js";
import type { MonthSet } from "./declaration.js";
import { scaledSql, scaleOf } from "./scaled.js";

/** `track.popularity` as the name of a column of "track_value". */
export function columnAlias(column: string): string {
  return column.replace(".", "_");
}

/** Entity columns that the set sums, each once. */
export function entityColumns(set: MonthSet): string[] {
  const columns = set.features.flatMap(({ aggregate }) =>
    aggregate.kind === "sum" || aggregate.kind === "mean" ? [aggregate.column] : [],
  );
  return [...new Set(columns)];
}

/** The table expression "track_value": one row a track. */
export function entityColumnsPart(set: MonthSet): string {
  const columns = entityColumns(set).map(
    (column) => `${integerSql(column)} AS ${quoteName(columnAlias(column))}`,
  );
  return `"track_value" AS (
  SELECT "track"."track_id", "track"."artist_id",
    ${columns.join(",\n    ")}
  FROM "track" LEFT JOIN "track_storage" ON "track"."track_id" = "track_storage"."track_id")`;
}

function integerSql(column: string): string {
  const [table, name] = column.split(".") as [string, string];
  const value = `${quoteName(table)}.${quoteName(name)}`;
  switch (tables[table]?.columns[name]?.type) {
    case "real":
      return scaledSql(value, scaleOf(table, name));
    case "date":
      return `CAST(r_days(DATE '1970-01-01', ${value}) AS BIGINT) * 86400`;
    case "boolean":
      return `CASE WHEN ${value} THEN 1 WHEN NOT ${value} THEN 0 END`;
    case "text":
      return `length(${value})`;
    default:
      return value;
  }
}
