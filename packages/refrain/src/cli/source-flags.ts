import type { TaskSource } from "../workflow/index.js";
import { cliErrors } from "./errors.js";
import { choice, days, list, path, text, toggle } from "./flags.js";

/** Where rows to learn from come from: a lake, or wide files with their columns. */
export const sourceFlags = {
  lake: path("<folder>", "learn from a lake"),
  target: text("<column>", "wide file: column of 0 and 1 that is predicted"),
  id: text("<column>", "wide file: column that names a row"),
  time: text("<column>", "wide file: column that says when a row was true"),
  group: text("<column>", "wide file: rows of one group stay together (default: the id)"),
  drop: list("<columns>", "wide file: columns that are no features, separated by commas"),
} as const;

/** Options of the churn and premium tasks over a lake. */
export const taskFlags = {
  featureVersion: text("<name>", "lake: named version of the features (default: the latest)"),
  cutoff: days("<day>", "lake, churn: moment of prediction; may be repeated (default: rolling)"),
  outliers: choice(
    ["remove", "winsorise", "keep"],
    "lake, churn: days above the 99.9th percentile of plays (default: remove)",
  ),
  keepBots: toggle("lake, churn: keep users with more than 24 h of play in a day"),
  leaveOutFlagged: toggle("lake: leave out users whom verdicts flag, as known by the cutoff"),
} as const;

interface SourceValues {
  readonly lake: string | undefined;
  readonly target: string | undefined;
  readonly id: string | undefined;
  readonly time: string | undefined;
  readonly group: string | undefined;
  readonly drop: readonly string[] | undefined;
}

/**
 * The source that the command line names.
 * @throws OPTION_MISSING, OPTION_CONFLICT
 */
export function readSource(
  command: string,
  files: readonly string[],
  { lake, target, id, time, group, drop }: SourceValues,
): TaskSource {
  const columns = { target, id, time, group, drop };
  if (lake !== undefined) {
    const [first] = [
      ...files.slice(0, 1),
      ...Object.entries(columns).flatMap(([name, value]) =>
        value === undefined ? [] : [`--${name}`],
      ),
    ];
    if (first === undefined) return { lake };
    throw cliErrors.OPTION_CONFLICT({
      first: "--lake",
      second: first,
      remedy: "Give either a lake, or files with --target and --id.",
    });
  }
  if (files.length === 0) {
    throw cliErrors.OPTION_MISSING({ command, option: "--lake <folder>, or files of rows" });
  }
  if (columns.id === undefined)
    throw cliErrors.OPTION_MISSING({ command, option: "--id <column>" });
  return { files, columns: { ...columns, id: columns.id } };
}

interface TaskValues {
  readonly featureVersion: string | undefined;
  readonly cutoff: readonly string[] | undefined;
  readonly outliers: "remove" | "winsorise" | "keep" | undefined;
  readonly keepBots: boolean;
  readonly leaveOutFlagged: boolean;
}

/** The task's own options, only those that were given. */
export function readTaskOptions(values: TaskValues) {
  const { featureVersion, cutoff, outliers, keepBots, leaveOutFlagged } = values;
  const options = {
    ...(cutoff === undefined ? {} : { cutoffs: cutoff }),
    ...(outliers === undefined ? {} : { outliers }),
    ...(keepBots ? { keepBots } : {}),
    ...(leaveOutFlagged ? { leaveOutFlagged } : {}),
  };
  return {
    ...(featureVersion === undefined ? {} : { featureVersion }),
    ...(Object.keys(options).length > 0 ? { options } : {}),
  };
}
