/**
 * Features as data. A declaration says which events of which entity are aggregated over which
 * window before a cutoff; the compilers turn sets of them into SQL, and documentation is printed
 * from them. Conditions are SQL in the spelling that DuckDB and Spark read the same.
 */

/** What is computed from the events of a window. Real columns are summed as scaled integers. */
export type Aggregate =
  | { readonly kind: "count" }
  | { readonly kind: "sum"; readonly column: string }
  | { readonly kind: "mean"; readonly column: string }
  | { readonly kind: "distinct"; readonly column: string }
  /** Days from the last event to the cutoff, 1 = the day before it. */
  | { readonly kind: "daysSinceLast" }
  /** Days with an event. */
  | { readonly kind: "activeDays" }
  /** Mean time between one event and the next, hours. */
  | { readonly kind: "meanGap" }
  /** The text of the last day that has one; of several, the last by the alphabet. */
  | { readonly kind: "lastText"; readonly column: string };

/** Which events count; all given conditions must hold. */
export interface Filter {
  /** Condition on the columns of the event, names quoted. */
  readonly where?: string;
  /** 0 = Monday … 6 = Sunday. */
  readonly weekday?: number;
  /** The user had liked the track at or before that moment. */
  readonly liked?: true;
  /** A genre of the track's artist is a favourite of the user. */
  readonly favouriteGenre?: true;
}

/** What a log must carry; without it the feature is reported as unavailable, and never filled. */
export interface Need {
  /** What is missing, as in "The log has no …". */
  readonly what: string;
  /** Canonical table, and the condition of a row that shows it is there. */
  readonly table: string;
  readonly where: string;
}

/** One feature, or one a window where `name` holds `{days}`. */
export interface FeatureDeclaration {
  readonly name: string;
  /** What the value is, one sentence. */
  readonly doc: string;
  /** Unit of the value, for example `s`, `plays`, `share`. */
  readonly unit: string;
  readonly entity: "user";
  /** Canonical tables of the events; more than one are taken together. */
  readonly events: readonly string[];
  readonly filter?: Filter;
  readonly aggregate: Aggregate;
  /** Days before the cutoff, or the calendar month that ends at the cutoff. */
  readonly windows: readonly number[] | "month";
  readonly needs?: Need;
  /** Only a part of a ratio: never written. */
  readonly hidden?: true;
}

/** A quotient of two features of the same row; null where the lower one is 0 or missing. */
export interface RatioDeclaration {
  readonly name: string;
  readonly doc: string;
  readonly unit: string;
  /** `over · overFactor / (under · underFactor)`. */
  readonly over: string;
  readonly overFactor?: number;
  readonly under: string;
  readonly underFactor?: number;
  readonly needs?: Need;
}

/** An answer that stands beside the features and is never one. */
export interface LabelDeclaration {
  readonly name: string;
  readonly doc: string;
}

/** A column of the result. */
export interface ColumnDoc {
  readonly name: string;
  readonly role: "key" | "label" | "feature";
  readonly unit: string;
  readonly doc: string;
}

/** What every set has. */
interface SetBase {
  readonly version: string;
  readonly doc: string;
  /** Columns that name a row. */
  readonly keys: readonly ColumnDoc[];
  readonly labels: readonly LabelDeclaration[];
  /** Labels that stand beside the table on request, not in it. */
  readonly extras: readonly LabelDeclaration[];
  /** What a reader must know, one sentence each. */
  readonly limits: readonly string[];
  /** Canonical event tables that make the population and the coverage of the log. */
  readonly population: readonly string[];
  /**
   * Columns of entity tables (`table.column`) that features may read although they carry no time.
   * The leak gate scrambles every other one.
   */
  readonly timeless: readonly string[];
  /** Leave out users with a flagged day: a verdict of the lake on a day before, known by then. */
  readonly leaveOutFlagged: boolean;
}

/** Rows (user, cutoff); windows of days before each cutoff. */
export interface WindowSet extends SetBase {
  readonly name: "churn";
  readonly shape: "windows";
  /** Days before the cutoff in which a user must have an event; all features come from them. */
  readonly lookbackDays: number;
  /** Days from the cutoff in which the label looks. */
  readonly labelDays: number;
  readonly features: readonly (FeatureDeclaration | RatioDeclaration)[];
  readonly cleaning: Cleaning;
}

/** Rows (user, month); the cutoff is the end of the month. */
export interface MonthSet extends SetBase {
  readonly name: "premium";
  /** Event whose first occurrence ends a user's rows. */
  readonly ends: "purchase";
  readonly shape: "months";
  /** Days after the month in which the label looks. */
  readonly labelDays: number;
  readonly features: readonly FeatureDeclaration[];
}

/** A declared set of features under a version. */
export type FeatureSet = WindowSet | MonthSet;

/** How listening logs are cleaned; limits and verdicts use what was known before each cutoff. */
export interface Cleaning {
  /** Keep users with more than 24 h of play in a day. */
  readonly keepBots: boolean;
  /** What happens to days with more plays than the limit. */
  readonly outliers: "remove" | "winsorise" | "keep";
  /** The limit is this quantile of daily plays, per mille. */
  readonly outlierPerMille: number;
}

/** Whether a declaration is a quotient of others. */
export function isRatio(
  feature: FeatureDeclaration | RatioDeclaration,
): feature is RatioDeclaration {
  return "under" in feature;
}

/** The set without the features that need what a log lacks. */
export function withoutNeeds(set: WindowSet, missing: ReadonlySet<Need>): WindowSet {
  return {
    ...set,
    features: set.features.filter((feature) => !feature.needs || !missing.has(feature.needs)),
  };
}

/** Names of the columns that a declaration makes, in order of its windows. */
export function columnNames(feature: FeatureDeclaration | RatioDeclaration): string[] {
  if (isRatio(feature) || feature.windows === "month") return [feature.name];
  return feature.windows.map((days) => feature.name.replace("{days}", String(days)));
}

/** Names of all features of a set that are written, in the order of the result. */
export function featureNames(set: FeatureSet): string[] {
  return set.features.filter((one) => isRatio(one) || !one.hidden).flatMap(columnNames);
}
