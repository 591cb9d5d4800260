import { basename } from "node:path";
import { type Frame, recallAtFpr } from "@refrain/learn";
import { foundationErrors, type JobOptions } from "../../foundation/index.js";
import {
  type BesideRatings,
  besideKinds,
  type HiddenRatings,
  hideBeside,
  injectRaters,
  type RaterKind,
  type Ratings,
  raterKinds,
  readRatings,
} from "../../simulate/index.js";
import { type Estimated, estimateOver } from "./estimate.js";
import { raterFeatures } from "./features/rater-features.js";
import { judgeRaters, type RaterJudgement } from "./judge.js";
import { fitUnion } from "./semi-supervised.js";
import { type BesideFiles, readBeside } from "./series/beside.js";
import { crossFitRaters, fitRaters, type RaterRows } from "./supervised.js";

/** How to evaluate on a base. */
export interface EvaluateRatersOptions extends JobOptions, BesideFiles {
  /** A ratings file, or ratings. */
  readonly base: string | Ratings;
  /** What stands beside ratings that are given as such; more kinds are hidden with it. */
  readonly beside?: BesideRatings;
  /** Hides those kinds but looks at the ratings alone: what the files beside them are worth. */
  readonly ratingsOnly?: boolean;
  /** How many seeds; 10 unless told. */
  readonly seeds?: number;
  /** The first of them; 1 unless told. */
  readonly seed?: number;
  /** Crooked raters of each kind and half; 12 unless told. */
  readonly perKindAndHalf?: number;
  /** Chance that the two listeners of a shared account rate at the same time; .9 unless told. */
  readonly together?: number;
  /** Lowest and highest rating. */
  readonly scale?: { readonly low: number; readonly high: number };
  /** Leaves out the slow parts: held-out kinds and step 2. */
  readonly firstStepOnly?: boolean;
  readonly threads?: number;
}

/** One kind over the seeds. */
export type KindEstimates = Readonly<
  Record<"prAuc" | "recallAt1" | "recallAt5" | "recallAtThreshold", Estimated>
>;

/** What an evaluation found; each number is a mean over seeds with a 95 % interval. */
export interface RatersEvaluation {
  readonly task: "raters";
  readonly protocol: string;
  readonly base: string;
  readonly seeds: readonly number[];
  readonly users: number;
  readonly anomalous: number;
  readonly ratings: number;
  readonly features: number;
  /** Learnt from one half with all labels, judged on the other. */
  readonly pooled: Readonly<Record<keyof RaterJudgement["pooled"], Estimated>>;
  readonly kinds: Readonly<Record<string, KindEstimates>>;
  /** Recall at 1 % of kinds that were not in the training half. */
  readonly heldOut?: {
    readonly kinds: Readonly<Record<string, HeldOut>>;
    readonly mean: HeldOut;
  };
  /** Step 2, both readings. */
  readonly stepTwo?: Readonly<Record<StepTwoReading, StepTwo>>;
}

/** One model beside the union. */
export interface HeldOut {
  /** The supervised model alone. */
  readonly learnt: Estimated;
  /** The union with the detectors that need no label. */
  readonly union: Estimated;
}

/** `hidden`: 90 % of labels hidden and two kinds never labelled; `positives`: no normals at all. */
export type StepTwoReading = "hidden" | "positives";

/** How well a half is judged after learning from few labels. */
export interface StepTwo {
  readonly prAuc: HeldOut;
  /** Over all kinds. */
  readonly recallAt1: HeldOut;
  /** Of kinds of which no label was seen. */
  readonly recallOfUnseenAt1?: HeldOut;
}

type Numbers = Record<string, number>;

/** One half as tables. */
interface Half {
  readonly rows: RaterRows & { readonly kinds: readonly (string | undefined)[] };
}

/**
 * The protocol of the raters task on a base: for each seed hide the ten kinds, compute features
 * without labels, learn from one half, judge on the other.
 * @throws RATINGS_EMPTY, BASE_TOO_SMALL, INTERRUPTED, and what `withSourceFile` throws
 */
export async function evaluateRaters(options: EvaluateRatersOptions): Promise<RatersEvaluation> {
  const base = await baseOf(options);
  const people = {
    ...{ ratings: base, ...options.beside },
    ...(await readBeside(options, base, present(options.signal))),
  };
  const kinds = [...raterKinds, ...besideKinds(people)];
  const first = options.seed ?? 1;
  const seeds = Array.from({ length: options.seeds ?? 10 }, (_, k) => first + k);
  const found: Numbers[] = [];
  let shape = { users: 0, anomalous: 0, ratings: 0, features: 0 };
  for (const [at, seed] of seeds.entries()) {
    const { perKindAndHalf, together } = options;
    const size = { seed, ...(perKindAndHalf && { perKindAndHalf }) };
    const met = { ...size, ...(together !== undefined && { together }) };
    const injected = hideBeside(people, injectRaters(base, met), size);
    const beside = options.ratingsOnly ? {} : injected.beside;
    const { frame } = await raterFeatures(injected.ratings, present(options.signal), beside);
    shape = {
      users: injected.truth.length,
      anomalous: injected.truth.filter((one) => one.anomalous === 1).length,
      ratings: injected.ratings.item.length,
      features: frame.columns.length,
    };
    const say = (part: string, share: number) => {
      if (options.signal?.aborted) throw foundationErrors.INTERRUPTED({ doing: "evaluating" });
      const doing = `seed ${seed}: ${part}`;
      options.onProgress?.({ doing, share: (at + share) / seeds.length });
    };
    found.push(await oneSeed({ injected, frame, seed, kinds, say, options }));
  }
  options.onProgress?.({ doing: "evaluated", share: 1 });
  return { ...documentOf(found, kinds), ...shape, seeds, base: nameOf(options.base) };
}

interface OneSeed {
  readonly injected: HiddenRatings;
  readonly frame: Frame;
  readonly seed: number;
  readonly kinds: readonly string[];
  readonly say: (part: string, share: number) => void;
  readonly options: EvaluateRatersOptions;
}

async function oneSeed({
  injected,
  frame,
  seed,
  kinds: all,
  say,
  options,
}: OneSeed): Promise<Numbers> {
  const halves = ([0, 1] as const).map((half) => halfOf(injected, frame, half));
  const [train, test] = halves as [Half, Half];
  const fit = { seed, ...present(options.signal), threads: options.threads };
  const numbers: Numbers = {};
  say("all labels", 0.05);
  const cross = await crossFitRaters(train.rows, fit);
  const model = await fitRaters(train.rows, fit);
  const score = await model.score(test.rows.frame);
  const { target, kinds } = test.rows;
  const judged = judgeRaters({ target, kinds, score, threshold: cross.threshold });
  Object.assign(numbers, prefixed("pooled", judged.pooled));
  for (const [kind, values] of Object.entries(judged.kinds)) {
    Object.assign(numbers, prefixed(`kind ${kind}`, { ...values }));
  }
  if (options.firstStepOnly) return numbers;
  for (const [at, kind] of all.entries()) {
    say(`without ${kind}`, 0.2 + (0.6 * at) / all.length);
    const label = train.rows.kinds.map((one, row) => (one === kind ? -2 : train.rows.target[row]!));
    const found = await judgeUnion(train, test, label, fit);
    numbers[`heldOut ${kind} learnt`] = found.recall(found.learnt, kind);
    numbers[`heldOut ${kind} union`] = found.recall(found.union, kind);
  }
  say("step 2", 0.85);
  Object.assign(numbers, await stepTwo(train, test, fit));
  return numbers;
}

type FitOptions = Parameters<typeof fitUnion>[1];

/** Learns from labels (-1 unknown, -2 not there at all) and judges both models on the test half. */
async function judgeUnion(train: Half, test: Half, label: readonly number[], fit: FitOptions) {
  const there = Int32Array.from(label.keys()).filter((row) => label[row] !== -2);
  const fitted = await fitUnion(
    {
      frame: train.rows.frame.take(there),
      label: [...there].map((row) => label[row]!),
      kinds: [...there].map((row) => (label[row] === 1 ? train.rows.kinds[row] : undefined)),
    },
    fit,
  );
  const { target, kinds, frame } = test.rows;
  const union = (await fitted.unite(frame)).score;
  const learnt = (await fitted.model?.score(frame)) ?? union;
  const recall = (score: Float64Array, ...wanted: readonly string[]) => {
    const rows = [...target.keys()].filter(
      (row) => target[row] === 0 || wanted.length === 0 || wanted.includes(kinds[row]!),
    );
    const of = (values: Float64Array) => Float64Array.from(rows, (row) => values[row]!);
    return recallAtFpr(of(target), of(score), 0.01);
  };
  const pr = (score: Float64Array) =>
    judgeRaters({ target, kinds, score, threshold: 0 }).pooled.prAuc;
  return { union, learnt, recall, pr };
}

/** Both readings of step 2: which labels are seen changes with the seed. */
async function stepTwo(train: Half, test: Half, fit: FitOptions): Promise<Numbers> {
  const { target, kinds } = train.rows;
  const unseen = [0, 5].map((shift) => raterKinds[(fit.seed + shift) % raterKinds.length]!);
  const numbers: Numbers = {};
  // Rows are in random order already: every tenth is a random tenth.
  const hidden = kinds.map((kind, row) =>
    row % 10 === 0 && !unseen.includes(kind as RaterKind) ? target[row]! : -1,
  );
  const positives = kinds.map((_, row) => (row % 3 === 0 && target[row] === 1 ? 1 : -1));
  for (const [name, label] of Object.entries({ hidden, positives })) {
    const { union, learnt, recall, pr } = await judgeUnion(train, test, label, fit);
    for (const [which, score] of Object.entries({ union, learnt })) {
      numbers[`${name} prAuc ${which}`] = pr(score);
      numbers[`${name} recallAt1 ${which}`] = recall(score);
      if (name === "hidden") numbers[`${name} unseen ${which}`] = recall(score, ...unseen);
    }
  }
  return numbers;
}

function halfOf({ truth }: HiddenRatings, frame: Frame, half: 0 | 1): Half {
  const users = Int32Array.from(truth.keys()).filter((user) => truth[user]!.half === half);
  return {
    rows: {
      frame: frame.take(users),
      target: Float64Array.from(users, (user) => truth[user]!.anomalous),
      kinds: [...users].map((user) => truth[user]!.kind),
    },
  };
}

/** Means and intervals of everything that was counted. */
function documentOf(found: readonly Numbers[], all: readonly string[]) {
  const of = (name: string) => estimateOver(found.map((one) => one[name]!));
  const both = (name: string): HeldOut => ({
    learnt: of(`${name} learnt`),
    union: of(`${name} union`),
  });
  const pooled = (
    ["f1", "precision", "recall", "prAuc", "rocAuc", "falsePositiveRate"] as const
  ).map((name) => [name, of(`pooled ${name}`)] as const);
  const kinds = all.map((kind) => {
    const names = ["prAuc", "recallAt1", "recallAt5", "recallAtThreshold"] as const;
    return [kind, Object.fromEntries(names.map((name) => [name, of(`kind ${kind} ${name}`)]))];
  });
  const hasMore = found[0]?.["hidden prAuc union"] !== undefined;
  const meanOf = (which: string) =>
    estimateOver(
      found.map((one) => {
        const each = all.map((kind) => one[`heldOut ${kind} ${which}`]!);
        return each.reduce((sum, value) => sum + value, 0) / each.length;
      }),
    );
  const reading = (name: StepTwoReading): StepTwo => ({
    prAuc: both(`${name} prAuc`),
    recallAt1: both(`${name} recallAt1`),
    ...(name === "hidden" && { recallOfUnseenAt1: both(`${name} unseen`) }),
  });
  return {
    task: "raters" as const,
    protocol:
      `${all.length === 10 ? "ten" : all.length} kinds hidden in each half; ` +
      "learnt from one half, judged on the other",
    pooled: Object.fromEntries(pooled) as RatersEvaluation["pooled"],
    kinds: Object.fromEntries(kinds) as RatersEvaluation["kinds"],
    ...(hasMore && {
      heldOut: {
        kinds: Object.fromEntries(all.map((kind) => [kind, both(`heldOut ${kind}`)])),
        mean: { learnt: meanOf("learnt"), union: meanOf("union") },
      },
      stepTwo: { hidden: reading("hidden"), positives: reading("positives") },
    }),
  };
}

function prefixed(prefix: string, values: Readonly<Record<string, number>>): Numbers {
  return Object.fromEntries(
    Object.entries(values).map(([name, one]) => [`${prefix} ${name}`, one]),
  );
}

async function baseOf({ base, scale, signal }: EvaluateRatersOptions): Promise<Ratings> {
  if (typeof base !== "string") return base;
  const { ratings } = await readRatings(base, { ...(scale && { scale }), ...present(signal) });
  return ratings;
}

function nameOf(base: string | Ratings): string {
  return typeof base === "string" ? basename(base) : "ratings";
}

function present(signal: AbortSignal | undefined): { readonly signal?: AbortSignal } {
  return signal ? { signal } : {};
}
