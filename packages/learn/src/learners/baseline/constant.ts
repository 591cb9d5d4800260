import { type ModelState, type Numbers, Pacer } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import { describeModel } from "../card.js";
import type {
  FitExtras,
  Learner,
  Model,
  ModelCard,
  PredictExtras,
  SeededOptions,
} from "../contract.js";
import { binaryTarget, completeOptions, optionRules, positiveRate, trainingData } from "../door.js";
import { learnerErrors } from "../errors.js";

function constantModel(card: ModelCard, probability: number): Model {
  const predict = async (frame: Frame, extras: PredictExtras = {}): Promise<Float64Array> => {
    new Pacer(extras.signal, `predicting with ${card.kind}`).check();
    return new Float64Array(frame.rowCount).fill(probability);
  };
  const state = (): ModelState => ({
    settings: {},
    tensors: { probability: { shape: [1], values: Float64Array.of(probability) } },
  });
  return Object.freeze({
    card,
    schema: card.schema,
    predict,
    predictRow: () => probability,
    state,
  });
}

function restore(card: ModelCard, state: ModelState): Model {
  const probability = state.tensors["probability"]?.values[0] ?? Number.NaN;
  if (probability >= 0 && probability <= 1) return constantModel(card, probability);
  const reason = `tensor "probability" holds ${probability}`;
  throw learnerErrors.MODEL_STATE({ kind: card.kind, reason });
}

/** A learner that looks at targets only. */
function constantLearner(kind: string, probabilityOf: (rate: number) => number) {
  const identity = { kind, task: "classification" } as const;
  const defaults: SeededOptions = Object.freeze({ seed: 0 });
  const fit = async (
    frame: Frame,
    target: Numbers | undefined,
    given?: Partial<SeededOptions>,
    extras: FitExtras = {},
  ): Promise<Model> => {
    const options = completeOptions({ kind, defaults }, given, { seed: optionRules.seed });
    const pacer = new Pacer(extras.signal, `fitting ${kind}`);
    const data = trainingData(identity, frame, target, extras);
    const rate = positiveRate(binaryTarget(identity, data.target), data.weight);
    const looked = { ...data, frame: data.frame.select([]) };
    const summary = { positiveRate: rate };
    const card = await describeModel(identity, looked, { options, summary, pacer });
    return constantModel(card, probabilityOf(rate));
  };
  const accepts = Object.freeze({ missing: true, categories: true });
  const learner: Learner = Object.freeze({ ...identity, accepts, defaults, fit, restore });
  return learner;
}

/** The naive classifier: says 1 where at least half of training was positive, else 0. */
export const majority: Learner = constantLearner("majority", (rate) => (rate >= 0.5 ? 1 : 0));

/** Says the positive rate of training for every row. */
export const prior: Learner = constantLearner("prior", (rate) => rate);
