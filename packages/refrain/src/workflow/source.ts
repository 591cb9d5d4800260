import {
  type LearningTable,
  type Period,
  rowsWhere,
  type TaskData,
  type TaskInput,
} from "../evaluation/index.js";
import type { JobOptions, Limits } from "../foundation/index.js";
import { workflowErrors } from "./errors.js";
import type { Task } from "./task.js";
import { readWideTable, type WideColumns, type WideTable } from "./wide-table.js";

/** Rows that a task makes from a lake. */
export interface LakeSource {
  /** Folder of the lake. */
  readonly lake: string;
}

/** Rows of files: one an example. */
export interface FileSource {
  /** CSV (plain or .gz) or Parquet, read one after the other. */
  readonly files: readonly string[];
  /** Columns that are not features. */
  readonly columns: WideColumns;
}

/** Where rows come from: a lake, or wide files with their columns. */
export type TaskSource = LakeSource | FileSource;

/** What every job over a task takes. */
export interface TaskJob extends JobOptions {
  /** Where rows come from. */
  readonly source: TaskSource;
  /** Memory, threads, temporary folder. */
  readonly limits?: Partial<Limits>;
  /** Named version of the features, for a lake. */
  readonly featureVersion?: string;
  /** The task's own options by name, for a lake. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** The part of a job that a task's data door takes. */
export function taskInput(job: TaskJob, lake: string): TaskInput {
  const { limits, featureVersion, options, signal, onProgress } = job;
  return {
    lake,
    ...(limits === undefined ? {} : { limits }),
    ...(featureVersion === undefined ? {} : { featureVersion }),
    ...(options === undefined ? {} : { options }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
}

/**
 * The rows that a task learns from.
 * @throws what the task's data and `readWideTable` throw, OPTION_NEEDED
 */
export async function learningData(task: Task, job: TaskJob): Promise<TaskData> {
  const { source } = job;
  if ("lake" in source) return await task.data.learn(taskInput(job, source.lake));
  const { target } = source.columns;
  if (target === undefined) throw workflowErrors.OPTION_NEEDED({ option: "--target COLUMN" });
  const table = await readWideTable(source.files, source.columns, job.limits);
  return wideData(table, target, source.columns.time);
}

const foldsOfWide = 5;
/** With fewer rows of a class than this, which fold a row falls into is felt: deal again. */
const manyOfClass = 5_000;

function wideData(table: WideTable, target: string, time: string | undefined): TaskData {
  const known = rowsWhere(table.ids.length, (row) => !Number.isNaN(table.target![row]));
  const unknown = table.ids.length - known.length;
  const periods = table.time === undefined ? undefined : wideOf(table.time, known);
  const learning: LearningTable = {
    features: table.frame.take(known),
    target: Float64Array.from(known, (row) => table.target![row]!),
    users: Array.from(known, (row) => table.groups[row]!),
    ...(periods === undefined ? {} : { periods }),
  };
  const isTimed = (periods?.list.length ?? 0) > 1;
  return {
    answers: [
      {
        name: target,
        meaning: `"${target}" is 1`,
        words: { heading: target, yes: "1", no: "0" },
        table: learning,
        dropped: unknown > 0 ? { label_unknown: unknown } : {},
        protocol: isTimed ? "time" : "user",
        split: { folds: foldsOfWide, testedFolds: foldsOfWide, repeats: repeatsFor(learning) },
        limits: [
          isTimed
            ? `The file does not say how long after "${time}" an answer is known: no gap was kept.`
            : "The file knows no time: how the model does later on cannot be seen.",
          "Refrain did not make these features: whether one knows the answer is for you to say.",
        ],
      },
    ],
    featureVersion: "file",
    coverage: { from: "", until: "" },
    unavailable: [],
    cutoffs: [],
  };
}

function repeatsFor({ target }: LearningTable): number {
  const positives = target.reduce((sum, value) => sum + value, 0);
  return Math.min(positives, target.length - positives) < manyOfClass ? 2 : 1;
}

const mostPeriods = 24;
const cutPeriods = 5;

/** Each moment is a period where there are few, else five of equally many rows. */
function wideOf(time: Float64Array, rows: Uint32Array): NonNullable<LearningTable["periods"]> {
  const seen = Float64Array.from(rows, (row) => time[row]!).sort();
  const moments = [...new Set(seen)].filter((at) => !Number.isNaN(at));
  const starts =
    moments.length <= mostPeriods
      ? moments
      : [
          ...new Set(
            Array.from({ length: cutPeriods }, (_, part) => quantile(seen, part / cutPeriods)),
          ),
        ];
  const list: Period[] = starts.map((at) => ({ name: `from ${at}`, at, labelEnd: at }));
  // A row without a time counts as the earliest: it is learnt from and never tested on.
  const of = Int32Array.from(rows, (row) => {
    const later = starts.findIndex((start) => start > time[row]!);
    if (Number.isNaN(time[row])) return 0;
    return later === -1 ? starts.length - 1 : Math.max(0, later - 1);
  });
  return { list, of };
}

function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}
