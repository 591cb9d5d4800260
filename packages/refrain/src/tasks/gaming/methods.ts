import {
  boosting,
  copod,
  ecod,
  excess,
  extraTrees,
  type Frame,
  fastMcd,
  fullGaussian,
  gaussian,
  isolationForest,
  type Learner,
  logistic,
  neighbourDistance,
  pipeline,
  RandomStream,
  randomForest,
  signedLog,
  softVote,
  spline,
  standardScale,
} from "@refrain/learn";
import { gamingErrors } from "./errors.js";

/** What a method learns from: a day without marks, or marked rows. */
export type MethodKind = "unsupervised" | "supervised";

/** A way to tell cheats from listeners; to add one, add it to `gamingMethods`. */
export interface Method {
  /** As it stands in tables and on the command line. */
  readonly name: string;
  readonly kind: MethodKind;
  /** Encoders and learner as one. */
  readonly learner: Learner;
  /** What it does, for the report. */
  readonly doc: string;
  /** How the threshold is found on marked rows; the exact search unless told. */
  readonly threshold?: "density-sweep";
  /** Stands in tables but is never chosen. */
  readonly reference?: true;
  /** Methods whose mean it is: their cross-fitted scores give its own. */
  readonly meanOf?: readonly string[];
}

/** Standard deviations of the original's trim. */
export const originalTrim = 55;

/**
 * The original's detector. Where `--trim` says otherwise, the same with another trim.
 * @param trim standard deviations, null for none
 */
export function gaussianMethods(trim: number | null): readonly [Method, Method] {
  const learner = pipeline({
    encoders: [],
    learner: gaussian,
    options: { trim, trimDecimals: 3 },
  });
  const trimmed = trim === null ? "without a trim" : `trimmed at ${trim} standard deviations`;
  return [
    {
      name: "original",
      kind: "unsupervised",
      learner,
      doc: `Diagonal Gaussian ${trimmed}, threshold among 1,000 equal steps of the density.`,
      threshold: "density-sweep",
      reference: true,
    },
    {
      name: "gaussian",
      kind: "unsupervised",
      learner,
      doc: `Diagonal Gaussian ${trimmed}, threshold searched over every log density.`,
    },
  ];
}

/** Only much is abnormal: little use is rare too, and no abuse. */
const above = (learner: Learner, options: object = {}): Learner =>
  pipeline({ encoders: [excess()], learner, options });

/** Rows for methods whose work grows faster than the rows do, or that look at each row often. */
const sampleRows = 10_000;

/** Samples that were drawn of a table, by size and seed: several methods learn from the same. */
const drawn = new WeakMap<Frame, Map<string, Frame>>();

/** So many rows of a table, drawn at random, in their order; the table where it has no more. */
export function sampled(frame: Frame, rows: number, seed: number): Frame {
  if (frame.rowCount <= rows) return frame;
  const samples = drawn.get(frame) ?? new Map<string, Frame>();
  drawn.set(frame, samples);
  const key = `${rows} ${seed}`;
  const sample = samples.get(key) ?? drawSample(frame, rows, seed);
  samples.set(key, sample);
  return sample;
}

function drawSample(frame: Frame, rows: number, seed: number): Frame {
  const order = Uint32Array.from({ length: frame.rowCount }, (_, row) => row);
  const random = new RandomStream(seed, "gaming sample");
  for (let place = 0; place < rows; place += 1) {
    const other = place + random.below(frame.rowCount - place);
    [order[place], order[other]] = [order[other]!, order[place]!];
  }
  return frame.take(order.slice(0, rows).sort());
}

/** The same on a sample of the rows. */
function onSample(learner: Learner): Learner {
  return {
    ...learner,
    fit: (frame, target, options, extras) =>
      learner.fit(sampled(frame, sampleRows, options?.seed ?? 0), target, options, extras),
  };
}

const unsupervised: readonly Method[] = [
  {
    name: "full-covariance",
    kind: "unsupervised",
    learner: above(fullGaussian),
    doc: "Gaussian with all covariances, on what is above the median.",
  },
  {
    name: "fast-mcd",
    kind: "unsupervised",
    learner: onSample(above(fastMcd)),
    doc: "Covariance of the most regular half of 10,000 users (FastMCD), above the median.",
  },
  {
    name: "ecod",
    kind: "unsupervised",
    learner: above(ecod),
    doc: "Tail probabilities of each column, added up (ECOD), on what is above the median.",
  },
  {
    name: "copod",
    kind: "unsupervised",
    learner: above(copod),
    doc: "Tail probabilities by an empirical copula (COPOD), on what is above the median.",
  },
  {
    name: "isolation-forest",
    kind: "unsupervised",
    learner: above(isolationForest, { trees: 100, sampleSize: 4096 }),
    doc: "Isolation forest of 100 trees of 4,096 rows, on what is above the median.",
  },
  {
    name: "neighbours",
    kind: "unsupervised",
    learner: onSample(
      pipeline({
        encoders: [excess(), standardScale()],
        learner: neighbourDistance,
        options: { neighbours: 10, method: "mean" },
      }),
    ),
    doc: "Mean distance to 10 neighbours among 10,000 users, on what is above the median.",
  },
];

const curve = pipeline({
  encoders: [signedLog(), spline({ knots: 6 }), standardScale()],
  learner: logistic,
  options: { l2: 1 },
});
const linear = pipeline({ encoders: [signedLog(), standardScale()], learner: logistic });
const trees = { trees: 200, minSamplesLeaf: 3 } as const;
const bushy = pipeline({ encoders: [], learner: extraTrees, options: trees });
const boosted = pipeline({
  encoders: [],
  learner: boosting,
  options: { rounds: 150, learningRate: 0.05, maxLeaves: 8 },
});

const supervised: readonly Method[] = [
  {
    name: "logistic",
    kind: "supervised",
    learner: linear,
    doc: "Logistic regression on the logarithms.",
  },
  {
    name: "spline-logistic",
    kind: "supervised",
    learner: curve,
    doc: "Logistic regression on splines of the logarithms.",
  },
  {
    name: "boosting",
    kind: "supervised",
    learner: boosted,
    doc: "Gradient boosting, 150 small trees.",
  },
  {
    name: "random-forest",
    kind: "supervised",
    learner: pipeline({ encoders: [], learner: randomForest, options: trees }),
    doc: "Random forest of 200 trees.",
  },
  {
    name: "extra-trees",
    kind: "supervised",
    learner: bushy,
    doc: "200 extremely randomised trees.",
  },
  {
    name: "vote",
    kind: "supervised",
    learner: softVote({ members: [linear, bushy, boosted] }),
    doc: "Mean of logistic regression, extra trees and boosting.",
    meanOf: ["logistic", "extra-trees", "boosting"],
  },
];

/** Every method, in the order of tables. */
export function gamingMethods(trim: number | null = originalTrim): readonly Method[] {
  return [...gaussianMethods(trim), ...unsupervised, ...supervised];
}

/**
 * A method by name.
 * @throws METHOD_UNKNOWN
 */
export function findMethod(name: string, trim: number | null = originalTrim): Method {
  const methods = gamingMethods(trim);
  const found = methods.find((one) => one.name === name);
  if (found) return found;
  throw gamingErrors.METHOD_UNKNOWN({ given: name, known: methods.map((one) => one.name) });
}
