/**
 * What the windowed compiler sums a day: features over the same events share a measure, so that
 * `freq_P_last_1` … `freq_P_last_30` cost one count.
 */
import { quoteName } from "../lake/index.js";
import { type FeatureDeclaration, isRatio, type WindowSet } from "./declaration.js";
import { scaledSql, scaleOf } from "./scaled.js";

/** How parts of a measure become a whole: over cells of a day, and over days. */
export type Combine = "sum" | "min" | "max";

/** One number or text a (user, day). */
export interface Measure {
  readonly name: string;
  /** Tables whose events carry it. */
  readonly events: readonly string[];
  readonly combine: Combine;
  /** Aggregate over the events of one table. */
  readonly sql: string;
  readonly type: "BIGINT" | "STRING";
}

/** Name of the count of events of a table, with the filter of a feature. */
function filterSql(feature: FeatureDeclaration): string {
  return feature.filter?.where ? ` FILTER (WHERE ${feature.filter.where})` : "";
}

/** Unfiltered counts are named by table, others by the first feature that has the filter. */
function countName(table: string, feature: FeatureDeclaration, known: Map<string, string>): string {
  const where = feature.filter?.where;
  if (!where) return `${table}_n`;
  const key = `${table} ${where}`;
  const name = known.get(key) ?? `${feature.name.replace("_last_{days}", "")}_n`;
  known.set(key, name);
  return name;
}

/** The measures that a feature reads, most of them one. */
export interface FeatureMeasures {
  readonly feature: FeatureDeclaration;
  readonly measures: readonly Measure[];
}

/** Finds the measures of every feature of a set that is summed by day (all but `distinct`). */
export function measuresOf(set: WindowSet): FeatureMeasures[] {
  const known = new Map<string, string>();
  const found: FeatureMeasures[] = [];
  for (const feature of set.features) {
    if (isRatio(feature) || feature.aggregate.kind === "distinct") continue;
    found.push({ feature, measures: featureMeasures(feature, known) });
  }
  return found;
}

function featureMeasures(feature: FeatureDeclaration, known: Map<string, string>): Measure[] {
  const { aggregate, events } = feature;
  const counts = events.map((table) => countMeasure(table, feature, known));
  if (aggregate.kind === "sum") {
    const table = events[0] as string;
    const scaled = scaledSql(quoteName(aggregate.column), scaleOf(table, aggregate.column));
    return [
      {
        name: `${aggregate.column}_scaled`,
        events,
        combine: "sum",
        type: "BIGINT",
        sql: `CAST(sum(${scaled})${filterSql(feature)} AS BIGINT)`,
      },
    ];
  }
  if (aggregate.kind === "lastText") {
    return [
      {
        name: `last_${aggregate.column}`,
        events,
        combine: "max",
        type: "STRING",
        sql: `max(${quoteName(aggregate.column)})`,
      },
    ];
  }
  if (aggregate.kind !== "meanGap") return counts;
  const edge = (combine: "min" | "max"): Measure => ({
    name: `${counts[0]?.name}_${combine}_us`,
    events,
    combine,
    type: "BIGINT",
    sql: `${combine}(r_us("event_at"))${filterSql(feature)}`,
  });
  return [...counts, edge("min"), edge("max")];
}

function countMeasure(
  table: string,
  feature: FeatureDeclaration,
  known: Map<string, string>,
): Measure {
  return {
    name: countName(table, feature, known),
    events: [table],
    combine: "sum",
    type: "BIGINT",
    sql: `CAST(count(*)${filterSql(feature)} AS BIGINT)`,
  };
}

/** Each measure once, the counts of the population's tables always among them. */
export function distinctMeasures(set: WindowSet): Measure[] {
  const all = new Map<string, Measure>();
  for (const table of set.population) {
    const name = `${table}_n`;
    all.set(name, {
      name,
      events: [table],
      combine: "sum",
      type: "BIGINT",
      sql: "CAST(count(*) AS BIGINT)",
    });
  }
  for (const { measures } of measuresOf(set)) {
    for (const measure of measures) if (!all.has(measure.name)) all.set(measure.name, measure);
  }
  return [...all.values()];
}
