import type { Numbers } from "../foundation/index.js";
import type { Frame } from "../frame/index.js";
import type { FitExtras, Learner, Model, SeededOptions } from "../learners/index.js";
import type { World } from "./world.js";

/** The groups of checks, in the order in which they run. */
export type CheckGroup =
  | "contract"
  | "numbers"
  | "alive"
  | "honest"
  | "probability"
  | "explain"
  | "file"
  | "budget";

/** What a check works with. */
export interface CheckContext {
  /** The learner that is checked. */
  readonly learner: Learner;
  /** Data whose answer is known. */
  readonly world: World;
  /** Fits with the options that the suite was given, and more. */
  readonly fit: (
    frame: Frame,
    target: Numbers | undefined,
    extras?: FitExtras,
    more?: Readonly<Record<string, unknown>>,
  ) => Promise<Model>;
  /** The model of the world's training rows, fitted once. */
  readonly model: () => Promise<Model>;
}

/** What a check gives that finds out from the model that it makes no sense for it. */
export const noSense = Symbol("no sense");

/** One row of the suite. */
export interface Check {
  /** What must hold, in words; exceptions name it. */
  readonly name: string;
  /** Whether the check makes sense for a learner; it does unless told. */
  readonly applies?: (learner: Learner) => boolean;
  /**
   * Runs the check.
   * @returns undefined where it holds, a sentence that says what was found, or `noSense`
   */
  readonly run: (context: CheckContext) => Promise<string | undefined | typeof noSense>;
}

/** What became of one check. */
export interface CheckResult {
  /** Its group. */
  readonly group: CheckGroup;
  /** Its name. */
  readonly name: string;
  /**
   * `excepted`: it did not hold, and the learner says why it need not; `skipped`: makes no sense.
   */
  readonly status: "passed" | "failed" | "excepted" | "skipped";
  /** What was found, or the reason of the exception. */
  readonly message?: string;
}

/** What became of all checks. */
export interface CheckReport {
  /** The learner's kind. */
  readonly learner: string;
  /** Whether none failed. */
  readonly passed: boolean;
  /** One result a check, in order. */
  readonly results: readonly CheckResult[];
}

/** How a learner is checked. */
export interface CheckOptions<Options extends SeededOptions = SeededOptions> {
  /** Options for every fit. */
  readonly options?: Partial<Options>;
  /** Checks that need not hold, each with its reason; one that holds nevertheless fails. */
  readonly exceptions?: Readonly<Record<string, string>>;
  /** Only these groups; all unless given. */
  readonly groups?: readonly CheckGroup[];
  /** Decides the data; 1 unless told. */
  readonly seed?: number;
}
