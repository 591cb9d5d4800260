import { readFile } from "node:fs/promises";
import { readModel } from "@refrain/learn";
import { foundationErrors, type JobOptions, type Limits } from "../../foundation/index.js";
import { epsilonThreshold } from "./cut.js";
import { labelledRows, readUsage, type UsageDays } from "./data.js";
import { gamingErrors } from "./errors.js";
import { type GamingModel, gamingOf } from "./gaming-model.js";
import type { LakeDays } from "./lake-sql.js";
import { measureTest, type TestOutcome } from "./measure.js";
import { publishedFeatures } from "./read-usage.js";
import { type LakeChoice, readOptions, type UsageColumns } from "./train-gaming.js";

/** What `evaluateGaming` is told. */
export interface EvaluateGamingOptions
  extends UsageColumns,
    Pick<LakeChoice, "lake" | "date">,
    JobOptions {
  /** Model file of `train gaming`. */
  readonly model: string;
  /** Rows marked by hand that nothing was learnt from; with a lake marks alone will do. */
  readonly test?: readonly string[];
  /** Detector, or reviewer, whose verdicts in the lake are the marks, in place of `test`. */
  readonly verdicts?: string;
  /** The rows that were learnt from, to know which users of the test were seen. */
  readonly validation?: readonly string[];
  /** Density below which a row is an alarm, instead of the model's own threshold. */
  readonly epsilon?: number;
  /** Decides the resamples; 1 unless told. */
  readonly seed?: number;
  /** Memory, threads, temporary folder. */
  readonly limits?: Partial<Limits>;
}

/** What `evaluateGaming` found; the JSON of `refrain evaluate gaming`. */
export interface GamingEvaluation {
  readonly task: "gaming";
  readonly model: string;
  readonly method: string;
  readonly threshold: number;
  readonly test: TestOutcome;
  /** Marks or rows left out, by reason; `no_plays`: the user played nothing on the day. */
  readonly dropped: UsageDays["dropped"];
  readonly rejects: UsageDays["rejects"];
  /** Days of a lake that were counted together, and the last of them; absent for files. */
  readonly counted?: LakeDays;
  readonly seconds: number;
}

/**
 * Reads a model that `trainGaming` wrote.
 * @throws FILE_NOT_FOUND, NO_GAMING_MODEL, and what `readModel` throws
 */
export async function loadGaming(path: string): Promise<GamingModel> {
  const bytes = await readFile(path).catch(() => {
    throw foundationErrors.FILE_NOT_FOUND({ path });
  });
  const model = readModel(bytes);
  if (model.metrics["gaming"] === undefined) throw gamingErrors.NO_GAMING_MODEL({ path });
  return gamingOf(model, model.metrics);
}

/**
 * Judges a model on marked rows: the original's `testThreshold`.
 * @throws NO_GAMING_MODEL, CUT_NEEDS_MARKS, LABELS_NEEDED, and what `readUsage` throws
 */
export async function evaluateGaming(options: EvaluateGamingOptions): Promise<GamingEvaluation> {
  const started = performance.now();
  const { epsilon, seed = 1, limits, signal, test: files = [], verdicts } = options;
  const gaming = await loadGaming(options.model);
  const { span } = gaming;
  const extra = extraColumns(gaming);
  const own = readOptions({ ...options, ...(span !== undefined && { span }) });
  const reading = { ...own, extra };
  const marks = { files, ...(verdicts !== undefined && { verdicts }) };
  const test = labelledRows(await readUsage({ ...marks, ...reading }));
  const seen = options.validation
    ? (await readUsage({ files: options.validation, ...reading })).users
    : [];
  const threshold = epsilon === undefined ? gaming.threshold : epsilonThreshold(epsilon);
  if (threshold === undefined) throw gamingErrors.CUT_NEEDS_MARKS({ option: "judging a model" });
  const scores = await gaming.model.predict(test.features, { threads: limits?.threads, signal });
  const measuring = { seed, known: new Set(seen), threads: limits?.threads, signal };
  const [outcome] = await measureTest(test, { scores, threshold }, measuring);
  return {
    task: "gaming",
    model: options.model,
    method: gaming.method,
    threshold,
    test: outcome,
    ...{ dropped: test.dropped, rejects: test.rejects },
    ...(test.counted && { counted: { day: test.counted.day, span: test.counted.span } }),
    seconds: (performance.now() - started) / 1000,
  };
}

/** Columns besides the published five that a model wants. */
export function extraColumns({ profile }: GamingModel): string[] {
  return profile.slice(publishedFeatures.length).map(({ name }) => name);
}
