import { conformalPValues, type Frame } from "@refrain/learn";
import { ratersErrors } from "./errors.js";
import type { RaterLabels } from "./labels.js";
import { abuseBound, enoughGenuine, fitUnion } from "./semi-supervised.js";
import {
  crossFitRaters,
  fitRaters,
  type RaterModel,
  type RaterRows,
  takeRows,
} from "./supervised.js";

/** How the labels were used. */
export type RaterProtocol =
  | "no labels: detectors alone"
  | "labels of both kinds, 5 folds"
  | "learnt from the split train, judged on the split test"
  | "few labels: budgeted union"
  | "labels of anomalous users only: budgeted union";

/** Scores of all users, and where they come from. */
export interface ScoredRaters {
  readonly protocol: RaterProtocol;
  readonly score: Float64Array;
  /** How often a genuine user scores as high; at most so often where the unlabelled tell it. */
  readonly pValue: Float64Array;
  /** Labelled genuine users who tell the p-values; 0 where the unlabelled do. */
  readonly calibrators: number;
  readonly probability: Float64Array | undefined;
  readonly spoke: readonly string[];
  readonly model: RaterModel | undefined;
  /** Flagged at or above it unless a budget or rate is given. */
  readonly threshold: number;
  /** Users whose scores judge, none of which was learnt from in scoring it. */
  readonly judged: readonly number[];
}

/** Fewer labelled anomalous or genuine users than this teach nothing on their own. */
const leastLabels = 10;
/**
 * With more unlabelled users than so many for a labelled one, what these are is not guessed at.
 * Half of the users labelled, as a contest's first step does it, are many labels.
 */
const mostOpen = 3;
/**
 * Where labels are too few to settle a threshold: so many of the genuine are flagged if
 * `abuseBound` of the users are crooked, and more of them if fewer are.
 */
export const plainLevel = 0.03;
/** How to learn. */
export interface FitChoice {
  readonly seed?: number;
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/** Scores all users in the way that the labels allow. */
export async function scoreRaters(
  frame: Frame,
  labels: RaterLabels | undefined,
  options: FitChoice,
): Promise<ScoredRaters> {
  const fit = { seed: options.seed ?? 1, threads: options.threads, signal: options.signal };
  const users = Int32Array.from({ length: frame.rowCount }, (_, user) => user);
  const isLearnt = (user: number) => labels !== undefined && labels.split[user] !== 1;
  const learning = users.filter((user) => isLearnt(user) && labels!.anomalous[user]! >= 0);
  const positives = learning.filter((user) => labels!.anomalous[user] === 1).length;
  const negatives = learning.length - positives;
  if (labels && positives === 0) {
    throw ratersErrors.RATER_LABELS_FEW({ anomalous: positives, genuine: negatives });
  }
  const open = users.filter((user) => isLearnt(user) && labels!.anomalous[user] === -1);
  const isFull =
    Math.min(negatives, positives) >= leastLabels && open.length <= mostOpen * learning.length;
  if (labels && isFull) return await scoreFull(frame, labels, learning, fit);
  return await scoreUnion(frame, labels, users, fit);
}

interface Fit {
  readonly seed: number;
  readonly threads: number | undefined;
  readonly signal: AbortSignal | undefined;
}

async function scoreFull(
  frame: Frame,
  labels: RaterLabels,
  learning: Int32Array,
  fit: Fit,
): Promise<ScoredRaters> {
  const all: RaterRows = {
    frame,
    target: Float64Array.from(labels.anomalous, (one) => Math.max(0, one)),
    kinds: labels.kind,
  };
  const rows = takeRows(all, learning);
  const cross = await crossFitRaters(rows, fit);
  const model = await fitRaters(rows, fit);
  const score = await model.score(frame);
  for (const [at, user] of learning.entries()) score[user] = cross.score[at]!;
  const genuine = cross.score.filter((_, row) => rows.target[row] === 0);
  const hasTest = labels.split.includes(1);
  const judged = [...labels.anomalous.keys()].filter(
    (user) => labels.anomalous[user]! >= 0 && (!hasTest || labels.split[user] === 1),
  );
  return {
    protocol: hasTest
      ? "learnt from the split train, judged on the split test"
      : "labels of both kinds, 5 folds",
    ...{ score, model, judged, threshold: cross.threshold },
    ...{ pValue: conformalPValues(genuine, score), calibrators: genuine.length },
    probability: score.map(cross.probability),
    spoke: new Array<string>(score.length).fill("learnt"),
  };
}

async function scoreUnion(
  frame: Frame,
  labels: RaterLabels | undefined,
  users: Int32Array,
  fit: Fit,
): Promise<ScoredRaters> {
  const there = labels ? users.filter((user) => labels.split[user] !== 1) : users;
  const others = users.filter((user) => labels !== undefined && labels.split[user] === 1);
  const fitted = await fitUnion(
    {
      frame: frame.take(there),
      label: [...there].map((user) => labels?.anomalous[user] ?? -1),
      kinds: [...there].map((user) => labels?.kind[user]),
    },
    fit,
  );
  const score = new Float64Array(users.length);
  const ranked = new Float64Array(users.length);
  const spoke = new Array<string>(users.length).fill("");
  const parts = [
    { rows: there, union: fitted.learnt },
    ...(others.length > 0 ? [{ rows: others, union: await fitted.unite(frame.take(others)) }] : []),
  ];
  for (const { rows, union } of parts) {
    for (const [at, user] of rows.entries()) {
      score[user] = union.score[at]!;
      ranked[user] = union.pValue[at]!;
      spoke[user] = fitted.detectors[union.spoke[at]!]!;
    }
  }
  const flagged = score.filter((_, user) => ranked[user]! <= plainLevel);
  const mass = there.filter((user) => labels?.anomalous[user] !== 1);
  const genuine = labels ? mass.filter((user) => labels.anomalous[user] === 0).length : 0;
  const calibrators = genuine >= enoughGenuine ? genuine : 0;
  const pValue =
    calibrators > 0
      ? ranked
      : boundedPValues(
          Float64Array.from(mass, (user) => score[user]!),
          score,
        );
  const hasNormals = labels?.anomalous.includes(0) ?? false;
  const hasBoth = hasNormals && (labels?.anomalous.includes(1) ?? false);
  return {
    protocol: !labels
      ? "no labels: detectors alone"
      : hasNormals
        ? "few labels: budgeted union"
        : "labels of anomalous users only: budgeted union",
    ...{ score, pValue, calibrators, spoke, model: fitted.model, probability: undefined },
    threshold: flagged.reduce((least, one) => Math.min(least, one), Number.POSITIVE_INFINITY),
    judged: hasBoth
      ? [...(others.length > 0 ? others : users)].filter((user) => labels!.anomalous[user]! >= 0)
      : [],
  };
}

/**
 * P-values that users of whom no more than `abuseBound` are crooked tell: of n such, (1 - bound) n
 * at least are genuine, and no more of these score as high than of all. The ranking leaves suspects
 * out of what it compares with, and so would call too many genuine users rare.
 */
function boundedPValues(mass: Float64Array, score: Float64Array): Float64Array {
  return conformalPValues(mass, score).map((p) => Math.min(1, p / (1 - abuseBound)));
}
