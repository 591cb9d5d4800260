import type { JobOptions, Limits } from "../../foundation/index.js";
import { type Cut, cutOf } from "./cut.js";
import { type LeftOut, labelledRows, leftOutOf, readUsage, type UsageDays } from "./data.js";
import {
  type FitGamingOptions,
  fitGaming,
  type GamingFit,
  type MethodTrial,
  tryApart,
} from "./fit-gaming.js";
import type { LearningDays } from "./fit-method.js";
import { type GaussianFacts, saveGaming } from "./gaming-model.js";
import { everyFeature, isTimedLake } from "./read-lake.js";
import { readMarks } from "./read-usage.js";
import type { TrialThread } from "./trial-thread.js";

/** Which columns files have, and which of them are features. */
export interface UsageColumns {
  /** Spelling in the files by published name, where Refrain does not know it. */
  readonly columns?: Readonly<Record<string, string>>;
  /**
   * Columns of numbers that are features besides the five published ones; of a lake those that its
   * plays tell, by name or `all`. Unless told, all where a lake has times and marks of its users.
   */
  readonly features?: readonly string[];
}

/** Days of a lake in place of files. */
export interface LakeChoice {
  /** Folder of a lake whose plays are counted. */
  readonly lake?: string;
  /** Day of the lake, `YYYY-MM-DD`; the last with plays unless told. */
  readonly date?: string;
  /** Days of the lake that are counted together, the last being `date`; 1 unless told. */
  readonly span?: number;
}

/** What the detector is made of and how it cuts. */
export interface DetectorOptions extends UsageColumns, LakeChoice, JobOptions {
  /** Usage of a day without marks; CSV (plain or .gz) or Parquet. */
  readonly train: readonly string[];
  /**
   * Rows marked by hand: methods are chosen and thresholds found on them alone. With a lake, marks
   * without counts will do.
   */
  readonly validation?: readonly string[];
  /** Detector, or reviewer, whose verdicts in the lake are the marks, in place of `validation`. */
  readonly verdicts?: string;
  /** Name of a method; the best on validation rows unless told. */
  readonly method?: string;
  /** Standard deviations of the Gaussian's trim, null for none; 55 unless told. */
  readonly trim?: number | null;
  /** Density below which a row is an alarm, for the Gaussian. */
  readonly epsilon?: number;
  /** Alarms at most, of the rows that are scored. */
  readonly budget?: number;
  /** Share of the alarms that may be genuine, on average. */
  readonly falseDiscoveryRate?: number;
  /** Decides every random choice; 1 unless told. */
  readonly seed?: number;
  /** Memory, threads, temporary folder. */
  readonly limits?: Partial<Limits>;
}

/** What `trainGaming` is told. */
export interface TrainGamingOptions extends DetectorOptions {
  /** Model file. */
  readonly out: string;
  /** Where the latest model stands too; nowhere unless told. */
  readonly latest?: string;
}

/** How a detector was made; part of the JSON of `train gaming` and `detect gaming`. */
export interface DetectorSummary extends GaussianFacts {
  /** Name of the method chosen. */
  readonly method: string;
  readonly chosenBy: string;
  readonly cut: Cut;
  /** Rows with at least this score are called; null where nobody marked rows. */
  readonly threshold: number | null;
  /** Every method on the validation rows. */
  readonly methods: readonly MethodTrial[];
}

/** What `trainGaming` did; the JSON of `refrain train gaming`. */
export interface TrainGamingSummary extends DetectorSummary {
  /** The model file. */
  readonly model: string;
  /** Hash of the file's bytes. */
  readonly hash: string;
  readonly kind: string;
  readonly task: "gaming";
  /** Rows that the chosen method learnt from. */
  readonly rows: number;
  readonly features: number;
  readonly options: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /** On validation rows, by models that have not seen their users. */
  readonly metrics: { readonly f1?: number; readonly prAuc?: number; readonly rocAuc?: number };
  /** Rows left out, by reason. */
  readonly dropped: UsageDays["dropped"];
  readonly rejects: UsageDays["rejects"];
  /** Rows left out of the marked ones. */
  readonly leftOut: readonly LeftOut[];
  readonly seconds: number;
  readonly peakMemoryBytes: number;
}

/**
 * Reads what a detector learns from. Marked rows are the fewer, so that trials begin while the
 * others are still read; whoever reads closes them.
 */
export async function readLearningDays(options: DetectorOptions): Promise<LearningDays> {
  const { validation = [], verdicts } = options;
  const reading = { ...readOptions(options), ...(await usualFeatures(options)) };
  let trials: TrialThread | undefined;
  const readMarked = async () => {
    if (validation.length === 0 && verdicts === undefined) return undefined;
    const marks = { files: validation, ...(verdicts !== undefined && { verdicts }) };
    const marked = labelledRows(await readUsage({ ...marks, ...reading }));
    trials = tryApart(marked, fitOptions(options));
    return marked;
  };
  const markedDays = readMarked();
  try {
    const [train, marked] = await Promise.all([
      readUsage({ files: options.train, ...reading }),
      markedDays,
    ]);
    return { train, ...(marked && { validation: marked }), ...(trials && { trials }) };
  } catch (error) {
    // Trials may only now begin.
    await markedDays.catch(() => undefined);
    await trials?.close();
    throw error;
  }
}

/** Whoever marks users of a lake has all that its plays tell, where they carry times. */
async function usualFeatures(options: DetectorOptions): Promise<{ extra?: readonly string[] }> {
  const { lake, validation = [], verdicts, features } = options;
  const isMarked = validation.length > 0 || verdicts !== undefined;
  if (lake === undefined || !isMarked || features !== undefined) return {};
  const reading = readOptions(options);
  const isMarks =
    verdicts !== undefined || (await readMarks({ files: validation, ...reading })) !== undefined;
  return isMarks && (await isTimedLake(lake, reading)) ? { extra: [everyFeature] } : {};
}

/** What reading takes of a command's options. */
export function readOptions({
  columns,
  features,
  lake,
  date,
  span,
  limits,
  signal,
  onProgress,
}: UsageColumns & LakeChoice & JobOptions & { readonly limits?: Partial<Limits> }) {
  return {
    ...(lake === undefined ? {} : { lake }),
    ...(date === undefined ? {} : { date }),
    ...(span === undefined ? {} : { span }),
    ...(columns === undefined ? {} : { columns }),
    ...(features === undefined ? {} : { extra: features }),
    ...(limits === undefined ? {} : { limits }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
}

/** What fitting takes of a command's options. */
function fitOptions(options: DetectorOptions): FitGamingOptions {
  const { seed = 1, limits, method, trim, signal, onProgress, ...cut } = options;
  return {
    ...{ seed, method, trim, cut: cutOf(cut), threads: limits?.threads },
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
}

/** Makes the detector of a job. */
export async function fitDetector(
  days: LearningDays,
  options: DetectorOptions,
): Promise<GamingFit> {
  return await fitGaming(days, fitOptions(options));
}

/** How a detector was made. */
export function detectorSummary({ gaming, trials, chosenBy }: GamingFit): DetectorSummary {
  return {
    method: gaming.method,
    chosenBy,
    cut: gaming.cut,
    threshold: gaming.threshold ?? null,
    methods: trials,
    ...gaming.gaussian,
  };
}

/**
 * Makes a detector of inflated plays and writes it: the original's `trainData`, with a choice of
 * methods.
 * @throws what `readUsage` and `fitGaming` throw, DISK_FULL
 */
export async function trainGaming(options: TrainGamingOptions): Promise<TrainGamingSummary> {
  const started = performance.now();
  const { out, latest = out, seed = 1 } = options;
  const days = await readLearningDays(options);
  const fit = await fitDetector(days, options).finally(() => days.trials?.close());
  const hash = await saveGaming(new Set([out, latest]), fit.gaming);
  const trial = fit.trials.find(({ name }) => name === fit.gaming.method);
  const { card } = fit.gaming.model;
  return {
    model: out,
    hash,
    kind: fit.gaming.method,
    task: "gaming",
    rows: card.trainingRows,
    features: card.schema.columns.length,
    options: card.options,
    seed,
    metrics: trial ? { f1: trial.f1, prAuc: trial.prAuc, rocAuc: trial.rocAuc } : {},
    ...detectorSummary(fit),
    ...{ dropped: days.train.dropped, rejects: days.train.rejects },
    leftOut: leftOutOf({ validation: days.validation }),
    seconds: (performance.now() - started) / 1000,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  };
}
