import {
  type LearningTable,
  numbersOf,
  type Period,
  rowsWhere,
  type ScoringTable,
  type TaskData,
  type TaskInput,
  textsOf,
  toFrame,
} from "../../evaluation/index.js";
import {
  type ChurnOptions,
  type CutoffChoice,
  churnFeatures,
  type FeatureTable,
  featureNames,
  featureTable,
} from "../../features/index.js";

/** Days without any event from the cutoff on that make churn. */
export const silentDays = 14;
const dayMs = 86_400_000;

/** Options of the task by name; see ChurnOptions. */
export interface ChurnTaskOptions {
  readonly keepBots?: boolean;
  readonly leaveOutFlagged?: boolean;
  readonly outliers?: ChurnOptions["outliers"];
  /** Days that features look back from; a rolling origin unless told. */
  readonly cutoffs?: readonly string[];
}

/**
 * Users with an event in the 30 days before each cutoff, and whether they had one in the 14 days
 * after.
 * @throws LAKE_NOT_FOUND, NO_EVENTS, LOG_TOO_SHORT, CUTOFF_INVALID, VERSION_UNKNOWN, INTERRUPTED
 */
export async function churnData(input: TaskInput): Promise<TaskData> {
  const { cutoffs = "rolling" } = (input.options ?? {}) as ChurnTaskOptions;
  const { table, features } = await readTable(input, cutoffs);
  const { summary } = table;
  const label = numbersOf(table.columns, "label");
  const known = rowsWhere(table.rows, (row) => !Number.isNaN(label[row]));
  const days = textsOf(table.columns, "cutoff");
  const users = textsOf(table.columns, "uid");
  const learning: LearningTable = {
    features: features.take(known),
    target: Float64Array.from(known, (row) => label[row]!),
    users: Array.from(known, (row) => users[row]!),
    periods: periodsOf(
      summary.cutoffs,
      Array.from(known, (row) => days[row]!),
    ),
  };
  const unknown = label.length - known.length;
  return {
    answers: [
      {
        name: "churn",
        meaning: `no event in the ${silentDays} days from the cutoff`,
        words: { heading: "Churn", yes: "leaves", no: "stays" },
        table: learning,
        truth: "churn",
        dropped: { ...summary.dropped, ...(unknown > 0 ? { label_unknown: unknown } : {}) },
        // One cutoff cannot be split by time.
        protocol: summary.cutoffs.length > 1 ? "time" : "user",
        limits: limitsOf(summary),
      },
    ],
    featureVersion: summary.version,
    coverage: summary.coverage,
    unavailable: summary.unavailable,
    cutoffs: summary.cutoffs,
  };
}

/**
 * The users to score now: those with an event in the 30 days before the end of the log.
 * @throws as `churnData`
 */
export async function churnCurrent(input: TaskInput): Promise<ScoringTable> {
  const { cutoffs = "latest" } = (input.options ?? {}) as ChurnTaskOptions;
  const { table, features } = await readTable(input, cutoffs);
  const dropped = Object.entries(table.summary.dropped).map(
    ([reason, rows]) => `${rows} ${reason}`,
  );
  return {
    keys: ["uid", "cutoff"].map((name) => ({ name, values: textsOf(table.columns, name) })),
    features,
    ...(dropped.length > 0 ? { note: `Left out: ${dropped.join(", ")}.` } : {}),
  };
}

async function readTable(input: TaskInput, cutoffs: CutoffChoice) {
  const { keepBots, leaveOutFlagged, outliers } = (input.options ?? {}) as ChurnTaskOptions;
  const set = churnFeatures({
    ...(input.featureVersion === undefined ? {} : { version: input.featureVersion }),
    ...(keepBots === undefined ? {} : { keepBots }),
    ...(leaveOutFlagged === undefined ? {} : { leaveOutFlagged }),
    ...(outliers === undefined ? {} : { outliers }),
    labelDays: silentDays,
  });
  const { lake, limits, signal, onProgress } = input;
  const table = await featureTable({
    lake,
    set,
    cutoffs,
    ...(limits === undefined ? {} : { limits }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const names = new Set(featureNames(set));
  const columns = table.columns.filter((column) => names.has(column.name));
  return { table, features: toFrame(columns, table.rows) };
}

function periodsOf(cutoffs: readonly string[], days: readonly string[]) {
  const list: Period[] = cutoffs.map((name) => {
    const at = Date.parse(`${name}T00:00:00Z`);
    return { name, at, labelEnd: at + silentDays * dayMs };
  });
  const places = new Map(cutoffs.map((day, place) => [day, place]));
  return { list, of: Int32Array.from(days, (day) => places.get(day)!) };
}

function limitsOf({ limits, unavailable, cleaning }: FeatureTable["summary"]): string[] {
  const outlierDays = cleaning?.reduce((sum, one) => sum + one.outlierDays, 0) ?? 0;
  return [
    ...limits,
    ...(unavailable.length > 0
      ? [
          `${unavailable.length} features are unavailable and not filled: ` +
            `${unavailable.map(({ feature }) => feature).join(", ")}.`,
        ]
      : []),
    `${outlierDays} user-days lay above the 99.9th percentile of daily plays by their cutoff.`,
    "A silence of 14 days is called leaving; some of the silent come back later.",
    "Users without any event in the 30 days before a cutoff are not looked at: they left before.",
  ];
}
