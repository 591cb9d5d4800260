import {
  CataloguedError,
  exp,
  f1At,
  type GaussianModel,
  isPipelineModel,
  type Model,
  prAuc,
  rocAuc,
} from "@refrain/learn";
import type { JobOptions } from "../../foundation/index.js";
import { type Cut, epsilonThreshold, markedThreshold } from "./cut.js";
import type { LabelledDays } from "./data.js";
import { gamingErrors } from "./errors.js";
import { type FittedMethod, fitMethod, type LearningDays } from "./fit-method.js";
import type { GamingModel, GaussianFacts } from "./gaming-model.js";
import {
  findMethod,
  gamingMethods,
  gaussianMethods,
  type Method,
  type MethodKind,
  originalTrim,
} from "./methods.js";
import { profileColumns } from "./profile.js";

/** How the detector is made. */
export interface FitGamingOptions extends JobOptions {
  /** Name of a method; the best on validation rows unless told. */
  readonly method?: string | undefined;
  /** Standard deviations of the Gaussian's trim, null for none; 55 unless told. */
  readonly trim?: number | null | undefined;
  readonly cut: Cut;
  readonly seed: number;
  readonly threads?: number | undefined;
}

/** How a method does on the validation rows. */
export interface MethodTrial {
  readonly name: string;
  readonly kind: MethodKind;
  readonly doc: string;
  /** Rows with at least this score are called. */
  readonly threshold: number;
  readonly f1: number;
  readonly prAuc: number;
  readonly rocAuc: number;
  readonly seconds: number;
}

/** A detector that was made, and how it was chosen. */
export interface GamingFit {
  readonly gaming: GamingModel;
  /** The method chosen, with its scores on validation rows. */
  readonly chosen: FittedMethod;
  /** How, in one sentence. */
  readonly chosenBy: string;
  readonly trials: readonly MethodTrial[];
  /** Every method fitted, for what is shown beside. */
  readonly fitted: readonly FittedMethod[];
}

/** Differences of F1 below this are ties on marks by hand. */
const tie = 0.015;

/** What is used where nobody marked anything. */
const unmarkedMethod = "gaussian";

/**
 * Makes the detector: fits the methods, chooses on validation rows alone, finds its threshold.
 * @throws METHOD_UNKNOWN, LABELS_NEEDED, LABELS_FEW_USERS, EPSILON_NEEDS_GAUSSIAN, INTERRUPTED
 */
export async function fitGaming(days: LearningDays, options: FitGamingOptions): Promise<GamingFit> {
  const { trim = originalTrim, cut } = options;
  const methods = methodsFor(days, options);
  const fitted: FittedMethod[] = [];
  const trials: MethodTrial[] = [];
  for (const method of methods) {
    const started = performance.now();
    const same = fitted.find((one) => one.method.learner === method.learner);
    const isTold = options.method !== undefined;
    const fit = () => fitMethod(method, days, options);
    const one = same ? { ...same, method } : await (isTold ? fit() : unlessUnfit(fit));
    if (one === undefined) continue;
    fitted.push(one);
    const seconds = (performance.now() - started) / 1000;
    if (days.validation) trials.push(trialOf(one, days.validation, seconds));
  }
  const { chosen, chosenBy } = choose(fitted, trials, options.method);
  if (cut.by === "epsilon" && chosen.method.learner !== gaussianOf(fitted).method.learner) {
    throw gamingErrors.EPSILON_NEEDS_GAUSSIAN({ method: chosen.method.name });
  }
  const threshold = thresholdOf(chosen, days.validation, cut);
  const label = days.validation?.label;
  return {
    gaming: {
      model: chosen.model,
      method: chosen.method.name,
      cut,
      threshold,
      genuine: chosen.scores.filter((_, row) => label?.[row] === 0),
      profile: profileColumns(days.train.features),
      gaussian: gaussianFacts(gaussianOf(fitted), trim, days.validation, cut),
    },
    chosen,
    chosenBy,
    trials,
    fitted,
  };
}

/** What detectors say of data that they cannot take, though others can. */
const unfitCodes = new Set(["COVARIANCE_SINGULAR", "FIT_EMPTY", "FEATURE_VALUE"]);

/** In a comparison, a method that cannot take this data (a constant column, say) stays away. */
async function unlessUnfit<Result>(fit: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await fit();
  } catch (error) {
    if (error instanceof CataloguedError && unfitCodes.has(error.code)) return undefined;
    throw error;
  }
}

/** The Gaussian always takes part: its parameters are what readers of the original know. */
function methodsFor(days: LearningDays, options: FitGamingOptions): readonly Method[] {
  const { trim = originalTrim, method, cut } = options;
  const wanted = method ?? (cut.by === "epsilon" || !days.validation ? unmarkedMethod : undefined);
  if (wanted === undefined) return gamingMethods(trim);
  const one = findMethod(wanted, trim);
  const gaussians = gaussianMethods(trim);
  return gaussians.some(({ name }) => name === one.name) ? gaussians : [...gaussians, one];
}

function gaussianOf(fitted: readonly FittedMethod[]): FittedMethod {
  return fitted.find(({ method }) => method.name === "gaussian")!;
}

function thresholdOf(
  { method, scores }: FittedMethod,
  validation: LabelledDays | undefined,
  cut: Cut,
): number | undefined {
  if (cut.by === "epsilon") return epsilonThreshold(cut.epsilon);
  return validation && markedThreshold(method, validation.label, scores);
}

function trialOf(
  { method, scores }: FittedMethod,
  { label }: LabelledDays,
  seconds: number,
): MethodTrial {
  const { name, kind, doc } = method;
  const threshold = markedThreshold(method, label, scores);
  return {
    name,
    kind,
    doc,
    threshold,
    f1: f1At(label, scores, threshold),
    prAuc: prAuc(label, scores),
    rocAuc: rocAuc(label, scores),
    seconds,
  };
}

function choose(
  fitted: readonly FittedMethod[],
  trials: readonly MethodTrial[],
  wanted: string | undefined,
): Pick<GamingFit, "chosen" | "chosenBy"> {
  if (wanted !== undefined || trials.length === 0) {
    const chosen = fitted.find(({ method }) => method.name === (wanted ?? unmarkedMethod))!;
    const why = wanted === undefined ? "Nobody marked rows to choose by." : "As told.";
    return { chosen, chosenBy: why };
  }
  const open = trials.filter((_, at) => fitted[at]!.method.reference !== true);
  const highest = Math.max(...open.map(({ f1 }) => f1));
  const tied = open.filter(({ f1 }) => f1 > highest - tie);
  const best = tied.reduce((a, b) => (b.prAuc > a.prAuc ? b : a));
  return {
    chosen: fitted.find(({ method }) => method.name === best.name)!,
    chosenBy:
      `On validation rows, users kept together: of ${tied.length} methods within ${tie} of the ` +
      `best F1, the one with the highest PR-AUC.`,
  };
}

function gaussianFacts(
  { model, scores, method }: FittedMethod,
  trim: number | null,
  validation: LabelledDays | undefined,
  cut: Cut,
): GaussianFacts {
  const inner = innermost(model) as GaussianModel;
  const names = inner.schema.columns.map(({ name }) => name);
  const threshold = thresholdOf({ method, model, scores }, validation, cut);
  const byName = (values: Float64Array) =>
    Object.fromEntries(names.map((name, at) => [name, values[at]!]));
  return {
    trim,
    rowsTrimmed: inner.card.summary["rowsTrimmed"] as Record<string, number>,
    mu: byName(inner.mu),
    sigma: byName(inner.sigma),
    epsilon: threshold === undefined ? null : exp(-threshold),
    logEpsilon: threshold === undefined ? null : -threshold,
  };
}

function innermost(model: Model): Model {
  return isPipelineModel(model) ? model.inner : model;
}
