import type { WrittenVerdicts } from "../../lake/index.js";
import type { Audit } from "./audit.js";
import type { LeftOut, UsageDays } from "./data.js";
import type { Farm } from "./farms.js";
import type { Judgement } from "./judge.js";
import type { LakeDays } from "./lake-sql.js";
import type { Case } from "./score-gaming.js";
import type { AlarmCounts } from "./strata.js";
import type { DetectorOptions, DetectorSummary } from "./train-gaming.js";
import type { Trust } from "./trust.js";
import type { VerdictOptions } from "./verdicts.js";

/** What `detectGaming` is told. */
export interface DetectGamingOptions extends DetectorOptions, VerdictOptions {
  /** Rows marked by hand that are looked at once, at the end. */
  readonly test?: readonly string[];
  /** Resamples of the intervals; 1,000 unless told. */
  readonly resamples?: number;
  /** Cases of the review queue; 200 unless told. */
  readonly cases?: number;
  /** Page to write: the review queue, then how far to trust it. */
  readonly html?: string;
  /** File of a random sample to write, for somebody to mark. */
  readonly audit?: string;
  /** Rows of the sample; 200 unless told. */
  readonly auditSize?: number;
  /** The sample with its marks filled in. */
  readonly audited?: readonly string[];
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
    /** Days of a lake that were counted together, and the last of them; absent for files. */
    readonly counted?: LakeDays;
    /** First and last day, and how many, where names of files tell of several; else absent. */
    readonly days?: { readonly first: string; readonly last: string; readonly count: number };
    /** Features beside the five published ones. */
    readonly further: readonly string[];
  };
  /** Rows left out of the marked sets. */
  readonly leftOut: readonly LeftOut[];
  /** Alarms on the unmarked day. */
  readonly alarms: AlarmCounts;
  /**
   * Cut by a rate of false discoveries: alarms come so many at a time or not at all, for as many
   * genuine marks and as many rows.
   */
  readonly leastAlarms?: number;
  readonly farms: readonly Farm[];
  /** The review queue on the unmarked day. */
  readonly queue: readonly Case[];
  /** What somebody found who looked at a random sample. */
  readonly audit?: Audit;
  /** With a page: what else says how far to trust the detector. */
  readonly trust?: Trust;
  /** What went to the lake, where that was asked for. */
  readonly verdicts?: WrittenVerdicts;
  /** Files written. */
  readonly written: readonly string[];
  readonly seconds: number;
}
