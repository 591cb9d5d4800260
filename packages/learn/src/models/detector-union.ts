import { type ModelState, type Numbers, RandomStream } from "../foundation/index.js";
import type { Frame } from "../frame/index.js";
import {
  completeOptions,
  type FitExtras,
  type Learner,
  type Model,
  type ModelCard,
  optionRules,
  partedProgress,
  type SeededOptions,
  type TrainingData,
  takeTraining,
  trainingData,
} from "../learners/index.js";
import type { ConformalTail } from "./conformal-tail.js";
import {
  type DetectorUnionModel,
  detectorUnionModel,
  restoreDetectorUnion,
} from "./detector-union-model.js";
import { modelErrors } from "./errors.js";
import { acceptsOf, describeEnsemble, fitMember, seedOf } from "./members.js";
import { restorerOf, withParts } from "./restore.js";

/** What a union is put together from. */
export interface DetectorUnionParts {
  /** At least one detector. One with options of its own is a `pipeline` around it. */
  readonly members: readonly Learner[];
  /** One a member, above 0: which part of the budget of alarms it has; equal unless given. */
  readonly shares?: readonly number[];
}

/** Options of a union. */
export interface DetectorUnionOptions extends SeededOptions {
  /**
   * Share of the rows that the members do not learn from and that say how rare a score is, where
   * no validation rows are given; above 0 and below 1.
   */
  readonly calibrationShare: number;
}

const identity = { kind: "detector-union", task: "detection" } as const;
const defaults: DetectorUnionOptions = Object.freeze({ calibrationShare: 0.3, seed: 0 });
const rules = {
  calibrationShare: {
    expected: "a number above 0 and below 1",
    holds: (value: unknown) => (value as number) > 0 && (value as number) < 1,
  },
  seed: optionRules.seed,
};

function sharesOf({ members, shares }: DetectorUnionParts): readonly number[] {
  const given = shares ?? members.map(() => 1);
  const total = given.reduce((sum, share) => sum + share, 0);
  const sound =
    members.length > 0 &&
    members.every(({ task }) => task === "detection") &&
    given.length === members.length &&
    given.every((share) => share > 0) &&
    total < Number.POSITIVE_INFINITY;
  if (sound) return given.map((share) => share / total);
  const tasks = [...members.map(({ task }) => task), ...given.map((share) => `share ${share}`)];
  throw modelErrors.UNION_MEMBERS({ members: members.length, tasks });
}

/** Rows to learn from, and rows that say how rare a score is. */
interface Parted {
  readonly training: TrainingData;
  readonly calibration: Frame;
}

/** Genuine validation rows calibrate; else a share of the rows, groups kept together. */
function partRows(data: TrainingData, options: DetectorUnionOptions, extras: FitExtras): Parted {
  const { validation } = extras;
  if (validation !== undefined) {
    const genuine = Array.from(validation.target.keys()).filter(
      (row) => validation.target[row] === 0,
    );
    return { training: data, calibration: validation.frame.take(genuine) };
  }
  const rows = data.frame.rowCount;
  const units = data.groups ?? Int32Array.from({ length: rows }, (_, row) => row);
  const order = Int32Array.from(new Set(units));
  new RandomStream(options.seed, "detector union calibration").shuffle(order);
  const held = new Set(order.slice(0, Math.floor(order.length * options.calibrationShare)));
  const all = Array.from({ length: rows }, (_, row) => row);
  return {
    training: takeTraining(
      data,
      all.filter((row) => !held.has(units[row]!)),
    ),
    calibration: data.frame.take(all.filter((row) => held.has(units[row]!))),
  };
}

/**
 * Several detectors under one budget: each gives a conformal p-value, and the union's is the
 * smallest over its share of the budget, min(1, k · min p) where shares are equal. So a kind of
 * abuse that one detector sees is not drowned by those that do not. The score is -log of that,
 * made to rank also beyond the calibration rows; contributions are those of the member that wins,
 * as shares of the score.
 *
 * Calibration rows should be genuine: give them as `validation` (rows of target 0 are taken). With
 * none, a share of the training rows is held out, and abuse among them makes p-values larger.
 * @throws UNION_MEMBERS
 */
export function detectorUnion(
  parts: DetectorUnionParts,
): Learner<DetectorUnionOptions, DetectorUnionModel> {
  const { members } = parts;
  const shares = sharesOf(parts);
  const fit = async (
    frame: Frame,
    _target: Numbers | undefined,
    given?: Partial<DetectorUnionOptions>,
    extras: FitExtras = {},
  ): Promise<DetectorUnionModel> => {
    const options = completeOptions({ ...identity, defaults }, given, rules);
    const data = trainingData(identity, frame, undefined, extras);
    const { training, calibration } = partRows(data, options, extras);
    if (calibration.rowCount === 0 || training.frame.rowCount === 0) {
      throw modelErrors.UNION_CALIBRATION({ rows: data.frame.rowCount });
    }
    const part = partedProgress(extras, members.length);
    const models: Model[] = [];
    const tails: ConformalTail[] = [];
    for (const [place, member] of members.entries()) {
      const own = { ...extras, validation: undefined, onProgress: part() };
      const model = await fitMember(member, training, seedOf(options.seed, place), own);
      models.push(model);
      const { signal, threads } = extras;
      tails.push({ scores: (await model.predict(calibration, { signal, threads })).sort() });
    }
    const described = { options: { ...options, shares }, signal: extras.signal };
    const card = await describeEnsemble(identity, data, models, described);
    const summary = { ...card.summary, calibrationRows: calibration.rowCount };
    const told = Object.freeze({ ...card, outputs: ["score"], summary });
    return detectorUnionModel(told, { members: models, shares, tails });
  };
  const restore = (card: ModelCard, state: ModelState): DetectorUnionModel =>
    restoreDetectorUnion(card, state, restorerOf(members));
  const accepts = acceptsOf(members);
  return withParts(Object.freeze({ ...identity, accepts, defaults, fit, restore }), members);
}
