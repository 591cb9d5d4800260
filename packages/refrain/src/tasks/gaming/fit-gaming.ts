import {
  exp,
  f1At,
  type GaussianModel,
  isPipelineModel,
  type Model,
  prAuc,
  rocAuc,
} from "@refrain/learn";
import { type JobOptions, resolveLimits } from "../../foundation/index.js";
import { unlessUnfit } from "./cross-fit.js";
import { type Cut, epsilonThreshold, markedThreshold } from "./cut.js";
import type { LabelledDays } from "./data.js";
import { gamingErrors } from "./errors.js";
import {
  type FittedMethod,
  finishMethod,
  fitMethod,
  type LearningDays,
  type TriedMethod,
  tryMethod,
} from "./fit-method.js";
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
import { TrialThread } from "./trial-thread.js";

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
  /** Every method, for what is shown beside. */
  readonly tried: readonly TriedMethod[];
}

/** Differences of F1 below this are ties on marks by hand. */
const tie = 0.015;

/** What is used where nobody marked anything. */
const unmarkedMethod = "gaussian";

/**
 * Makes the detector: fits the methods, chooses on validation rows alone, finds its threshold.
 * @throws DAY_ONE_USER, METHOD_UNKNOWN, LABELS_NEEDED, LABELS_FEW_USERS, EPSILON_NEEDS_GAUSSIAN,
 *   INTERRUPTED
 */
export async function fitGaming(days: LearningDays, options: FitGamingOptions): Promise<GamingFit> {
  const { trim = originalTrim, cut } = options;
  const { users, files } = days.train;
  if (users.every((user) => user === users[0])) {
    throw gamingErrors.DAY_ONE_USER({ file: files.join(", "), user: users[0]! });
  }
  const { tried, trials, chosen, chosenBy } = await fitBest(days, options);
  const gaussian = gaussianOf(tried);
  if (cut.by === "epsilon" && chosen.method.learner !== gaussian.method.learner) {
    throw gamingErrors.EPSILON_NEEDS_GAUSSIAN({ method: chosen.method.name });
  }
  const threshold = thresholdOf(chosen, days.validation, cut);
  const label = days.validation?.label;
  return {
    gaming: {
      model: chosen.model,
      method: chosen.method.name,
      cut,
      ...(days.train.counted && { span: days.train.counted.span }),
      threshold,
      genuine: chosen.scores.filter((_, row) => label?.[row] === 0),
      profile: profileColumns(days.train.features),
      gaussian: gaussianFacts(gaussian, trim, days.validation, cut),
    },
    chosen,
    chosenBy,
    trials,
    tried,
  };
}

/** Tries the methods, and gives the best its model: the choice stands when it has one. */
async function fitBest(days: LearningDays, options: FitGamingOptions) {
  const { validation } = days;
  const timed = await tryMethods(days, options);
  const trials = validation ? timed.map((one) => trialOf(one, validation)) : [];
  for (;;) {
    const tried = timed.map(({ one }) => one);
    const { best, chosenBy } = choose(tried, trials, options.method);
    if (best.model !== undefined) {
      return { tried, trials, chosen: { ...best, model: best.model }, chosenBy };
    }
    const started = performance.now();
    const place = tried.indexOf(best);
    const one = await finishMethod(best, days, options);
    const seconds = timed[place]!.seconds + (performance.now() - started) / 1000;
    timed[place] = { one, seconds };
    if (validation) trials[place] = trialOf(timed[place], validation);
  }
}

/** A method that was tried, and for how long. */
interface TimedMethod {
  readonly one: TriedMethod;
  readonly seconds: number;
}

/** All but means here, save what is tried apart; then means, which need the others' scores. */
async function tryMethods(days: LearningDays, given: FitGamingOptions): Promise<TimedMethod[]> {
  const methods = methodsFor(days, given);
  const { trials } = days;
  const options = trials ? { ...given, threads: trials.threads } : given;
  const done: TimedMethod[] = [];
  const tryHere = async (method: Method): Promise<void> => {
    const started = performance.now();
    const one = await tryOne(method, days, { ...options, tried: done.map((at) => at.one) });
    if (one) done.push({ one, seconds: (performance.now() - started) / 1000 });
  };
  const single = methods.filter(({ meanOf }) => meanOf === undefined);
  for (const method of single.filter(({ kind }) => !trials || kind === "unsupervised")) {
    await tryHere(method);
  }
  for (let next = trials?.take(); next !== undefined; next = trials?.take()) await tryHere(next);
  const apart = await trials?.finish();
  for (const { method, scores, seconds } of apart?.done ?? []) {
    if (scores) done.push({ one: { method, scores }, seconds });
  }
  for (const method of apart?.left ?? []) await tryHere(method);
  for (const method of methods.filter(({ meanOf }) => meanOf !== undefined)) await tryHere(method);
  const placeOf = ({ one }: TimedMethod) =>
    methods.findIndex(({ name }) => name === one.method.name);
  return done.sort((a, b) => placeOf(a) - placeOf(b));
}

/** From so many marked rows on a thread of their own is worth its start. */
const leastApart = 2000;

/** Begins to try what needs marks, where methods are compared and there is a thread for it. */
export function tryApart(
  validation: LabelledDays,
  options: Pick<FitGamingOptions, "method" | "cut" | "seed" | "threads" | "signal">,
): TrialThread | undefined {
  const threads = options.threads ?? resolveLimits().threads;
  const isOpen = options.method === undefined && options.cut.by !== "epsilon";
  if (!isOpen || threads < 2 || validation.label.length < leastApart) return undefined;
  const methods = gamingMethods().filter((one) => one.kind === "supervised" && !one.meanOf);
  return new TrialThread(methods, validation, { ...options, threads: threads >> 1 });
}

/** A method told, and the Gaussians, have all rows; others are tried, and stay away if unfit. */
async function tryOne(
  method: Method,
  days: LearningDays,
  options: FitGamingOptions & { readonly tried: readonly TriedMethod[] },
): Promise<TriedMethod | undefined> {
  const { trim = originalTrim, tried } = options;
  const same = tried.find((one) => one.method.learner === method.learner);
  if (same) return { ...same, method };
  if (options.method !== undefined) return await fitMethod(method, days, options);
  const isGaussian = gaussianMethods(trim).some(({ name }) => name === method.name);
  const work = isGaussian ? fitMethod : tryMethod;
  return await unlessUnfit(() => work(method, days, options));
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

/** It is always fitted on all rows. */
function gaussianOf(tried: readonly TriedMethod[]): FittedMethod {
  return tried.find(({ method }) => method.name === "gaussian") as FittedMethod;
}

function thresholdOf(
  { method, scores }: TriedMethod,
  validation: LabelledDays | undefined,
  cut: Cut,
): number | undefined {
  if (cut.by === "epsilon") return epsilonThreshold(cut.epsilon);
  return validation && markedThreshold(method, validation.label, scores);
}

function trialOf(
  { one: { method, scores }, seconds }: TimedMethod,
  { label }: LabelledDays,
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
  tried: readonly TriedMethod[],
  trials: readonly MethodTrial[],
  wanted: string | undefined,
): { readonly best: TriedMethod; readonly chosenBy: string } {
  if (wanted !== undefined || trials.length === 0) {
    const best = tried.find(({ method }) => method.name === (wanted ?? unmarkedMethod))!;
    const why = wanted === undefined ? "Nobody marked rows to choose by." : "As told.";
    return { best, chosenBy: why };
  }
  const open = trials.filter((_, at) => tried[at]!.method.reference !== true);
  const highest = Math.max(...open.map(({ f1 }) => f1));
  const tied = open.filter(({ f1 }) => f1 > highest - tie);
  const first = tied.reduce((a, b) => (b.prAuc > a.prAuc ? b : a));
  return {
    best: tried.find(({ method }) => method.name === first.name)!,
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
