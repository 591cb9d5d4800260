import { rowsWhere } from "../../evaluation/index.js";
import { type LabelledDays, labelledRows, readUsage, type UsageDays } from "./data.js";
import { type Farm, farmsOf } from "./farms.js";
import type { GamingFit } from "./fit-gaming.js";
import type { LearningDays } from "./fit-method.js";
import { type Judgement, judge } from "./judge.js";
import { type Case, reviewQueue, type ScoredDays, scoreDays } from "./score-gaming.js";
import { type AlarmCounts, countAlarms } from "./strata.js";
import {
  type DetectorOptions,
  type DetectorSummary,
  detectorSummary,
  fitDetector,
  readLearningDays,
  readOptions,
} from "./train-gaming.js";

/** What `detectGaming` is told. */
export interface DetectGamingOptions extends DetectorOptions {
  /** Rows marked by hand that are looked at once, at the end. */
  readonly test?: readonly string[];
  /** Resamples of the intervals; 1,000 unless told. */
  readonly resamples?: number;
}

/** What `detectGaming` found; the JSON of `refrain detect gaming`. */
export interface GamingDetection extends DetectorSummary, Judgement {
  readonly task: "gaming";
  readonly population: {
    readonly rows: number;
    readonly users: number;
    /** Rows left out, by reason. */
    readonly dropped: UsageDays["dropped"];
    readonly rejects: UsageDays["rejects"];
    readonly ratiosRepaired: number;
  };
  /** Alarms on the unmarked day. */
  readonly alarms: AlarmCounts;
  readonly farms: readonly Farm[];
  /** The review queue on the unmarked day. */
  readonly queue: readonly Case[];
  readonly seconds: number;
}

const casesShown = 200;
const reasonsShown = 3;

/** Everything that `detectGaming` knows, for the report. */
export interface DetectionDetail {
  readonly days: LearningDays;
  readonly test?: LabelledDays;
  readonly testScores?: Float64Array;
  readonly fit: GamingFit;
  readonly scored: ScoredDays;
  readonly found: GamingDetection;
}

/**
 * The whole way: makes a detector, judges it on marked rows once, and lists whom to look at.
 * @throws what `trainGaming` and `evaluateGaming` throw
 */
export async function detectGaming(options: DetectGamingOptions): Promise<DetectionDetail> {
  const started = performance.now();
  const { seed = 1, limits, signal, onProgress, resamples } = options;
  const days = await readLearningDays(options);
  const test = options.test
    ? labelledRows(await readUsage({ files: options.test, ...readOptions(options) }))
    : undefined;
  const fit = await fitDetector(days, options);
  const { gaming } = fit;
  const job = {
    threads: limits?.threads,
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
  const { train } = days;
  const scored = await scoreDays(gaming, train, job);
  const isAlarm = (row: number): boolean => scored.scores[row]! >= scored.threshold;
  const farms = farmsOf(train, rowsWhere(train.users.length, isAlarm));
  const testScores = test && (await gaming.model.predict(test.features, job));
  const judged = { days, fit, test, testScores };
  const found: GamingDetection = {
    task: "gaming",
    ...detectorSummary(fit),
    population: {
      rows: train.users.length,
      users: new Set(train.users).size,
      dropped: train.dropped,
      rejects: train.rejects,
      ratiosRepaired: train.ratiosRepaired,
    },
    ...(await judge(judged, { seed, signal, threads: limits?.threads, resamples })),
    alarms: countAlarms(train.features, isAlarm),
    farms: farms.list,
    queue: await reviewQueue(gaming, train, scored, {
      ...job,
      farms,
      most: casesShown,
      reasons: reasonsShown,
    }),
    seconds: (performance.now() - started) / 1000,
  };
  return {
    days,
    fit,
    scored,
    found,
    ...(test === undefined ? {} : { test }),
    ...(testScores === undefined ? {} : { testScores }),
  };
}
