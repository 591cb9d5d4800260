/** Counts of different values cannot be added over days: they are read from the events. */
import { tables } from "../events/index.js";
import { quoteName, quoteText } from "../lake/index.js";
import type { Cutoff } from "./compiled.js";
import { addDays, timestampSql } from "./days.js";
import { columnNames, type FeatureDeclaration, isRatio, type WindowSet } from "./declaration.js";

/** The parts of the `distinct` features of one cutoff: table expressions, joins and columns. */
export interface DistinctArm {
  readonly parts: readonly string[];
  readonly joins: string;
  readonly columns: readonly string[];
}

/** One scan a table of events and cutoff; days that cleaning took out are out here too. */
export function distinctArm(set: WindowSet, cutoff: Cutoff, place: number): DistinctArm {
  const features = set.features.filter(
    (feature): feature is FeatureDeclaration =>
      !isRatio(feature) && feature.aggregate.kind === "distinct",
  );
  const read = [...new Set(features.map((feature) => feature.events[0] as string))];
  const arms = read.map((table) => {
    const own = features.filter((feature) => feature.events[0] === table);
    return tableArm(set, cutoff, { place, table, own });
  });
  return {
    parts: arms.map((arm) => arm.part),
    joins: arms.map((arm) => arm.join).join(""),
    columns: arms.flatMap((arm) => arm.columns),
  };
}

interface TableFeatures {
  readonly place: number;
  readonly table: string;
  readonly own: readonly FeatureDeclaration[];
}

function tableArm(set: WindowSet, cutoff: Cutoff, { place, table, own }: TableFeatures) {
  const name = quoteName(`distinct_${table}_${place}`);
  const joined = [...new Set(own.map(entityOf).filter((entity) => entity !== undefined))];
  const counts = own.map((feature) => {
    const where = feature.filter?.where ? ` FILTER (WHERE ${feature.filter.where})` : "";
    const count = `CAST(count(DISTINCT ${columnSql(feature)})${where} AS BIGINT)`;
    return `${count} AS ${quoteName(columnNames(feature)[0] as string)}`;
  });
  const joins = joined.map((entity) => {
    const key = quoteName(tables[entity]?.key ?? "");
    return ` LEFT JOIN ${quoteName(entity)} ON e.${key} = ${quoteName(entity)}.${key}`;
  });
  const cleaned =
    set.cleaning.outliers === "remove" && table === "play"
      ? `
  ANTI JOIN (SELECT "user_id", "day" FROM "clean_${place}" WHERE "is_outlier" = 1) o
    ON e."user_id" = o."user_id" AND CAST(e."event_at" AS DATE) = o."day"`
      : "";
  const part = `${name} AS (
  SELECT e."user_id", ${counts.join(", ")}
  FROM ${quoteName(table)} e${joins.join("")}${cleaned}
  WHERE e."event_at" >= ${timestampSql(addDays(cutoff.day, -set.lookbackDays))}
    AND e."event_at" < ${timestampSql(cutoff.day)}
    AND e."arrived_at" <= TIMESTAMP ${quoteText(cutoff.knownAt)}
  GROUP BY e."user_id")`;
  const alias = `d_${table}`;
  return {
    part,
    join: ` LEFT JOIN ${name} ${alias} ON r."uid" = ${alias}."user_id"`,
    columns: own.map((feature) => distinctColumn(feature, alias)),
  };
}

/** Zero where nothing with a value was played. */
function distinctColumn(feature: FeatureDeclaration, alias: string): string {
  const column = quoteName(columnNames(feature)[0] as string);
  return `coalesce(${alias}.${column}, 0) AS ${column}`;
}

function entityOf(feature: FeatureDeclaration): string | undefined {
  const { aggregate } = feature;
  return aggregate.kind === "distinct" && aggregate.column.includes(".")
    ? aggregate.column.split(".")[0]
    : undefined;
}

function columnSql({ aggregate }: FeatureDeclaration): string {
  if (aggregate.kind !== "distinct") throw new Error("Broken invariant: not a distinct count.");
  if (!aggregate.column.includes(".")) return `e.${quoteName(aggregate.column)}`;
  return aggregate.column.split(".").map(quoteName).join(".");
}
