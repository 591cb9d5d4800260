import { type ModelState, type Numbers, Pacer } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import { describeModel } from "../card.js";
import type { FitExtras, Learner, ModelCard } from "../contract.js";
import { completeOptions, type OptionRule, trainingData } from "../door.js";
import { trainNetwork } from "./fit.js";
import {
  networkModel,
  restoreNetwork,
  type SequenceDetectorModel,
  type SequenceModel,
} from "./model.js";
import type { TrainingOptions } from "./options.js";
import type { SequenceWish } from "./sequences.js";
import type { NetworkShape } from "./shape.js";

/** What tells the learners of this family apart. */
export interface NetworkKind<Options extends TrainingOptions> {
  readonly identity: Pick<Learner, "kind" | "task">;
  readonly defaults: Options;
  readonly rules: { readonly [Key in keyof Options]-?: OptionRule };
  /** The network for so many columns. */
  readonly shape: (options: Options, columns: number) => NetworkShape;
  /** How rows become sequences; undefined where each row stands alone. */
  readonly sequences: (options: Options) => SequenceWish | undefined;
}

/** The caller's lists are his own: a model keeps copies. */
function withOwnLists<Options extends object>(options: Options): Options {
  const entries = Object.entries(options).map(([name, value]) =>
    Array.isArray(value) ? [name, Object.freeze([...value])] : [name, value],
  );
  return Object.freeze(Object.fromEntries(entries)) as Options;
}

/** Makes a learner of this family. */
export function networkLearner<
  Options extends TrainingOptions,
  Fitted extends SequenceModel = SequenceModel,
>(kind: NetworkKind<Options>): Learner<Options, Fitted> {
  const { identity, defaults, rules } = kind;
  const completed = (given: Partial<Options> | undefined) =>
    withOwnLists(completeOptions<Options>({ ...identity, defaults }, given, rules));
  const modelOf = (model: SequenceDetectorModel): Fitted => model as SequenceModel as Fitted;
  const fit = async (
    frame: Frame,
    target: Numbers | undefined,
    given?: Partial<Options>,
    extras: FitExtras = {},
  ): Promise<Fitted> => {
    const options = completed(given);
    const pacer = new Pacer(extras.signal, `fitting ${identity.kind}`);
    const detects = identity.task === "detection";
    const data = trainingData(identity, frame, detects ? undefined : target, extras);
    const shape = kind.shape(options, data.frame.columns.length);
    const sequences = kind.sequences(options);
    const trained = await trainNetwork(
      { identity, shape, sequences, options, extras, pacer },
      data,
    );
    const { summary } = trained;
    const card = await describeModel(identity, data, { options, summary, pacer });
    return modelOf(networkModel(card, { ...trained, shape, maxSteps: sequences?.maxSteps ?? 1 }));
  };
  const restore = (card: ModelCard, state: ModelState): Fitted => {
    const options = completed(card.options as Partial<Options>);
    const shape = kind.shape(options, card.schema.columns.length);
    return modelOf(restoreNetwork(card, state, shape, kind.sequences(options)?.maxSteps ?? 1));
  };
  const accepts = Object.freeze({ missing: false, categories: false });
  return Object.freeze({ ...identity, accepts, defaults, fit, restore });
}
