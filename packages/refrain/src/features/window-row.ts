/** A feature of a windowed set over the cleaned days of one cutoff. */
import { quoteName } from "../lake/index.js";
import { addDays, dateSql } from "./days.js";
import { columnNames, type FeatureDeclaration, type WindowSet } from "./declaration.js";
import { scaleOf } from "./scaled.js";
import type { FeatureMeasures, Measure } from "./window-measures.js";

/** Columns of one feature, `sql AS "name"`, one a window. */
export function rowColumns(
  set: WindowSet,
  { feature, measures }: FeatureMeasures,
  cutoffDay: string,
): string[] {
  const windows = feature.windows === "month" ? [] : feature.windows;
  const named = columnNames(feature);
  return windows.map((days, index) => {
    const conditions = [
      ...(days === set.lookbackDays ? [] : [`"day" >= ${dateSql(addDays(cutoffDay, -days))}`]),
      ...(feature.filter?.weekday === undefined ? [] : [weekdaySql(feature.filter.weekday)]),
    ];
    const sql = aggregateSql(feature, measures, { conditions, cutoffDay });
    return `${sql} AS ${quoteName(named[index] as string)}`;
  });
}

/** 1900-01-01 was a Monday; engines number the days of the week differently. */
function weekdaySql(weekday: number): string {
  return `r_days(DATE '1900-01-01', "day") % 7 = ${weekday}`;
}

interface Window {
  readonly conditions: readonly string[];
  readonly cutoffDay: string;
}

function aggregateSql(
  feature: FeatureDeclaration,
  measures: readonly Measure[],
  { conditions, cutoffDay }: Window,
): string {
  const column = (index: number): string => quoteName(measures[index]?.name ?? "");
  const where = (...more: string[]): string => {
    const all = [...conditions, ...more];
    return all.length === 0 ? "" : ` FILTER (WHERE ${all.join(" AND ")})`;
  };
  const total = (name: string): string => `coalesce(CAST(sum(${name})${where()} AS BIGINT), 0)`;
  const present = measures.map((measure) => quoteName(measure.name)).join(" + ");
  switch (feature.aggregate.kind) {
    case "count":
      return total(present);
    case "sum": {
      const scale = scaleOf(feature.events[0] as string, feature.aggregate.column);
      const sum = `CAST(sum(${column(0)})${where()} AS BIGINT)`;
      const known = `coalesce(${sum}, 0)`;
      return scale === 0 ? known : `CAST(${known} AS DOUBLE) / 1e${scale}`;
    }
    case "daysSinceLast":
      return `r_days(max("day")${where(`${present} > 0`)}, ${dateSql(cutoffDay)})`;
    case "activeDays":
      return `CAST(count(*)${where(`${present} > 0`)} AS BIGINT)`;
    case "lastText":
      return `max_by(${column(0)}, "day")${where(`${column(0)} IS NOT NULL`)}`;
    case "meanGap": {
      const span = `CAST(max(${column(2)})${where()} - min(${column(1)})${where()} AS DOUBLE)`;
      return `${span} / nullif(CAST((${total(column(0))} - 1) * 3600000000 AS DOUBLE), 0)`;
    }
    default:
      throw new Error(`Broken invariant: ${feature.name} cannot be summed by day.`);
  }
}
