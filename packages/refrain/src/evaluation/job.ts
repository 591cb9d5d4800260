import { Frame, type Model, type NumberColumn, numberColumn } from "@refrain/learn";
import { foundationErrors, type JobOptions } from "../foundation/index.js";
import type { Candidate } from "./candidate.js";
import { evaluationErrors } from "./errors.js";
import type { RandomLabelOptions } from "./random-labels.js";
import type { Evaluation, SplitEvaluation, Suspicion } from "./result.js";
import { type SplitKind, type SplitOptions, splitDefaults, splitKinds } from "./splits.js";
import { type CheckedTable, checkTable, countRows, type LearningTable } from "./table.js";

/** What is evaluated, and how. */
export interface EvaluateOptions extends JobOptions {
  /** For example `churn`. */
  readonly task: string;
  /** Which answer, where a task has several; the task's name where absent. */
  readonly target?: string;
  /** Features, answers, users and, where known, periods. */
  readonly table: LearningTable;
  /** Names without repeats, at least one baseline. */
  readonly candidates: readonly Candidate[];
  /** The protocol whose numbers count; by time where there are two periods, else by user. */
  readonly protocol?: SplitKind;
  /** Protocols that stand beside it; all others that the table allows where absent. */
  readonly besides?: readonly SplitKind[];
  /** Gap, number of folds and of folds tested; the seed is `seed`. */
  readonly split?: Partial<Omit<SplitOptions, "seed">>;
  /** Decides every random choice; 1 where absent. */
  readonly seed?: number;
  /** Resamples of the bootstrap; 1,000 where absent. */
  readonly resamples?: number;
  /** How the run on random labels is made; 0 repeats leave it out. */
  readonly randomLabels?: Partial<RandomLabelOptions>;
  /** Whether to find out what the predictions go by; true where absent. */
  readonly importance?: boolean;
  /** Rows left out before, by reason. */
  readonly dropped?: Readonly<Record<string, number>>;
  /** Answers to show in the correlation matrix besides the target, NaN where unknown. */
  readonly otherTargets?: readonly NumberColumn[];
  /** Likely leaks that the task found by itself. */
  readonly suspicions?: readonly Suspicion[];
  /** Sentences of the task for "assumptions and limits". */
  readonly limits?: readonly string[];
  /** Threads at most, for learners that use several; one a core unless told. Changes no result. */
  readonly threads?: number;
  /** Receives each model of the main protocol: the very one that was judged (of the last fold). */
  readonly onFitted?: (name: string, model: Model) => void;
}

/** Checked options with their defaults. */
export interface Job extends JobOptions {
  readonly options: EvaluateOptions;
  /** Name of the answer. */
  readonly target: string;
  readonly table: CheckedTable;
  readonly protocol: SplitKind;
  readonly split: SplitOptions;
  readonly seed: number;
  readonly resamples: number;
  readonly threads?: number;
}

/**
 * Checks what was asked for.
 * @throws EVALUATION_TABLE, CANDIDATE_UNKNOWN, PROTOCOL_UNKNOWN, OPTION_INVALID
 */
export function openJob(options: EvaluateOptions): Job {
  const { seed = 1, resamples = 1000, onProgress, signal } = options;
  const table = checkTable(options.table);
  checkCandidates(options.candidates);
  const protocol = options.protocol ?? defaultProtocol(table);
  for (const kind of [protocol, ...(options.besides ?? [])]) {
    if (splitKinds.includes(kind)) continue;
    throw evaluationErrors.PROTOCOL_UNKNOWN({
      protocol: kind,
      why: "there is no such protocol",
      known: splitKinds,
    });
  }
  if (!(Number.isSafeInteger(seed) && seed >= 0)) {
    throw foundationErrors.OPTION_INVALID({
      option: "--seed",
      given: String(seed),
      expected: "a whole number from 0 up",
    });
  }
  return {
    options,
    target: options.target ?? options.task,
    table,
    protocol,
    split: { ...splitDefaults, ...options.split, seed },
    seed,
    resamples,
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
  };
}

function checkCandidates(candidates: readonly Candidate[]): void {
  const known = candidates.map((candidate) => candidate.name);
  const twice = known.find((name, at) => known.indexOf(name) !== at);
  if (twice !== undefined) {
    throw evaluationErrors.CANDIDATE_UNKNOWN({ name: twice, why: "it stands twice", known });
  }
  if (!candidates.some((candidate) => candidate.kind === "baseline")) {
    const name = known[0] ?? "";
    throw evaluationErrors.CANDIDATE_UNKNOWN({
      name,
      why: "there is no baseline beside it",
      known,
    });
  }
}

function defaultProtocol(table: CheckedTable): SplitKind {
  return new Set(table.periods?.of).size > 1 ? "time" : "user";
}

/** How rows were split and chosen on, in one or two sentences. */
export function protocolSentence(job: Job, main: SplitEvaluation): string {
  const { gapMs, folds, testedFolds, repeats } = job.split;
  const gap = gapMs > 0 ? ` and a gap of ${Math.round(gapMs / 86_400_000)} days` : "";
  const part = testedFolds > 1 ? `${testedFolds} parts in turn` : "one part";
  const again = repeats > 1 ? `, all of it ${repeats} times over with parts dealt anew` : "";
  const sentences: Readonly<Record<SplitKind, string>> = {
    time:
      `By time: the last period (${main.folds[0]?.name}) is tested by rows whose answer was ` +
      `known ` +
      `before it began${gap}; choices are made on the earlier periods, each tested the same way.`,
    user:
      `By user: users are dealt into ${folds} parts, ${part} tested by the others${again}; ` +
      "choices are made on other users inside the training part.",
    "time-and-user":
      `By time and user: the last period of unseen users (${main.folds[0]?.name}) is tested by ` +
      `earlier rows of other users${gap}.`,
    row:
      `By row, which is not honest: rows are dealt into ${folds} parts, ${part} tested by the ` +
      `others${again}.`,
  };
  return sentences[job.protocol];
}

/** Who is in the table, and who was left out. */
export function populationOf(job: Job): Evaluation["population"] {
  const { rows, users, positives } = countRows(job.table, job.table.target.keys());
  return { rows, users, positives, dropped: { ...job.options.dropped } };
}

/** The answers as columns of the correlation matrix. */
export function targetColumns(job: Job): readonly NumberColumn[] {
  return [...(job.options.otherTargets ?? []), numberColumn(job.target, job.table.target)];
}

/** Hash of features and answers: the same data, the same digits. */
export function dataHashOf(job: Job): string {
  const { features, target } = job.table;
  return new Frame([...features.columns, numberColumn("\u0000target", target)]).hash();
}
