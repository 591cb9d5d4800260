import { rowsWhere } from "../../evaluation/index.js";
import type { JobOptions, Limits } from "../../foundation/index.js";
import type { WrittenVerdicts } from "../../lake/index.js";
import { type Cut, cutOf } from "./cut.js";
import { readUsage } from "./data.js";
import { extraColumns } from "./evaluate-gaming.js";
import { farmsOf } from "./farms.js";
import type { GamingModel } from "./gaming-model.js";
import { type Case, reviewQueue, scoreDays } from "./score-gaming.js";
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
  /** Rows of `table`. */
  readonly rows: number;
  readonly flagged: number;
  /** Head and rows as they are written to a file. */
  readonly table: Iterable<readonly (string | number)[]>;
  /** What went to the lake, where that was asked for. */
  readonly verdicts?: WrittenVerdicts;
  /** Rows left out, in words; absent where none was. */
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
  const farms = farmsOf(days, rowsWhere(days.users.length, isAlarm));
  const queue = await reviewQueue(detector, days, scored, {
    ...job,
    farms,
    most: scored.count,
    reasons: most,
    limits,
  });
  const judged = { gaming, hash, days, scored, cases: queue };
  const written = await verdictsOf(judged, options);
  const cases = new Map(queue.map((one) => [one.row, one]));
  const rows = onlyFlagged ? queue.map(({ row }) => row) : days.users.keys();
  const names = days.features.names;
  const columns = names.map((name) => days.features.numbers(name));
  const isCounted = days.counted !== undefined;
  const noCase = caseColumns(undefined, most, isCounted);
  const lineOf = (row: number): readonly (string | number)[] => [
    days.users[row]!,
    ...columns.map((values) => values[row]!),
    Number(scored.scores[row]!.toPrecision(9)),
    scored.pValues ? Number(scored.pValues[row]!.toPrecision(6)) : "",
    ...(cases.has(row) ? caseColumns(cases.get(row), most, isCounted) : noCase),
  ];
  const reasonNames = Array.from({ length: most }, (_, place) => `reason_${place + 1}`);
  const told = [...reasonNames, ...(isCounted ? ["evidence"] : [])];
  const head = ["UserPartyID", ...names, "score", "p_value", "flagged", "farm", ...told];
  const dropped = Object.entries(days.dropped).map(([reason, count]) => `${count} ${reason}`);
  return {
    rows: onlyFlagged ? queue.length : days.users.length,
    flagged: scored.count,
    table: tableOf(head, rows, lineOf),
    ...written,
    ...(dropped.length > 0 ? { note: `Left out: ${dropped.join(", ")}.` } : {}),
  };
}

function* tableOf(
  head: readonly string[],
  rows: Iterable<number>,
  lineOf: (row: number) => readonly (string | number)[],
): Generator<readonly (string | number)[]> {
  yield head;
  for (const row of rows) yield lineOf(row);
}

function caseColumns(
  found: Case | undefined,
  most: number,
  isCounted: boolean,
): (string | number)[] {
  const reasons = Array.from({ length: most }, (_, place) => found?.reasons[place]?.text ?? "");
  const evidence = isCounted ? [(found?.evidence ?? []).join("; ")] : [];
  return [found ? 1 : 0, found?.farm ?? "", ...reasons, ...evidence];
}
