import { rowsWhere } from "../../evaluation/index.js";
import type { JobOptions, Limits } from "../../foundation/index.js";
import type { WrittenVerdicts } from "../../lake/index.js";
import { type Cut, cutOf } from "./cut.js";
import { readUsage } from "./data.js";
import { extraColumns } from "./evaluate-gaming.js";
import { findFarms } from "./farms.js";
import { fewMarks } from "./few-marks.js";
import type { GamingModel } from "./gaming-model.js";
import { reviewQueue, scoreDays } from "./score-gaming.js";
import { scoreLines } from "./score-lines.js";
import { readOptions, type UsageColumns } from "./train-gaming.js";
import { assertLake, type VerdictOptions, verdictsOf } from "./verdicts.js";

/** How a file is scored. */
export interface ScoreUsageOptions extends UsageColumns, VerdictOptions, JobOptions {
  readonly files: readonly string[];
  /** Hash of the model's file. */
  readonly hash: string;
  /** Folder of a lake whose plays of its last day are counted, in place of `files`. */
  readonly lake?: string;
  /** Only alarms, most suspicious first; every row in its order unless told. */
  readonly onlyFlagged?: boolean;
  /** Alarms at most; as the model was made unless told. */
  readonly budget?: number;
  /** Share of the alarms that may be genuine, on average; as the model was made unless told. */
  readonly falseDiscoveryRate?: number;
  /** Density below which a row is an alarm, for the Gaussian. */
  readonly epsilon?: number;
  /** Reasons an alarm at most; 3 unless told. */
  readonly reasons?: number;
  readonly limits?: Partial<Limits>;
}

/** A file that was scored. */
export interface ScoredUsage {
  /** Rows of `text`. */
  readonly rows: number;
  readonly flagged: number;
  /** CSV, in parts: a line of names, then a line a row. */
  readonly text: Iterable<string>;
  /** What went to the lake, where that was asked for. */
  readonly verdicts?: WrittenVerdicts;
  /** Rows left out, and why there are no alarms, in words; absent where nothing is to be said. */
  readonly note?: string;
}

const usualReasons = 3;

/**
 * Scores user-days by a detector: the original's `predictNewData` and `exportData`.
 * @throws CUT_NEEDS_MARKS, VERDICTS_NEED_LAKE, VERDICT_UNFOUNDED, and what `readUsage` throws
 */
export async function scoreUsage(
  gaming: GamingModel,
  options: ScoreUsageOptions,
): Promise<ScoredUsage> {
  const { files, lake, limits, signal, onProgress, onlyFlagged = false } = options;
  const { reasons: most = usualReasons, hash } = options;
  assertLake(options, lake);
  const { span } = gaming;
  const reading = readOptions({ ...options, ...(span === undefined ? {} : { span }) });
  const days = await readUsage({ files, ...reading, extra: extraColumns(gaming) });
  const asked = cutOf(options);
  const cut: Cut = asked.by === "f1" ? gaming.cut : asked;
  const job = {
    threads: limits?.threads,
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
  const detector = { ...gaming, cut };
  const scored = await scoreDays(detector, days, job);
  const isAlarm = (row: number): boolean => scored.scores[row]! >= scored.threshold;
  const farms = await findFarms(days, rowsWhere(days.users.length, isAlarm), reading);
  const queue = await reviewQueue(detector, days, scored, {
    ...job,
    farms,
    most: scored.count,
    reasons: most,
    limits,
  });
  const judged = { gaming, hash, days, scored, cases: queue };
  const written = await verdictsOf(judged, options);
  const dropped = Object.entries(days.dropped).map(([reason, count]) => `${count} ${reason}`);
  const notes = [
    ...(dropped.length > 0 ? [`Left out: ${dropped.join(", ")}.`] : []),
    ...(scored.least !== undefined && scored.count === 0 ? [fewMarks(scored.least)] : []),
  ];
  return {
    rows: onlyFlagged ? queue.length : days.users.length,
    flagged: scored.count,
    text: scoreLines({ days, scored, queue }, { onlyFlagged, reasons: most }),
    ...written,
    ...(notes.length > 0 ? { note: notes.join(" ") } : {}),
  };
}
