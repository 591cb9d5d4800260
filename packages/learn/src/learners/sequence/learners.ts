/** The learners of this family: what network each of them is. */
import type { Learner } from "../contract.js";
import { networkLearner } from "./learner.js";
import type { SequenceDetectorModel, SequenceModel } from "./model.js";
import {
  type LstmAutoencoderOptions,
  type LstmOptions,
  lstmAutoencoderDefaults,
  lstmAutoencoderRules,
  lstmDefaults,
  lstmRules,
  type MlpAutoencoderOptions,
  type MlpOptions,
  mlpAutoencoderDefaults,
  mlpAutoencoderRules,
  mlpDefaults,
  mlpRules,
  type SequenceOptions,
} from "./options.js";
import type { Activation, LayerShape, NetworkShape } from "./shape.js";

function dense(
  name: string,
  [inputs, units]: readonly [number, number],
  activation: Activation,
  drops = false,
): LayerShape {
  return { name, kind: "dense", inputs, units, activation, drops };
}

function lstmLayer(name: string, inputs: number, units: number, drops: boolean): LayerShape {
  return { name, kind: "lstm", inputs, units, activation: "linear", drops };
}

/** Dense layers with rectifiers, one after the other. */
function hiddenLayers(name: string, first: number, widths: readonly number[]): LayerShape[] {
  return widths.map((units, place) =>
    dense(`${name}.${place}`, [widths[place - 1] ?? first, units], "relu", true),
  );
}

function sequenceWish({ maxSteps, examples }: SequenceOptions) {
  return { maxSteps, lastOnly: examples === "last-row" };
}

function lstmShape(loss: "logistic" | "squared") {
  return ({ hidden }: LstmOptions, columns: number): NetworkShape => ({
    columns,
    layers: [lstmLayer("encoder", columns, hidden, true), dense("output", [hidden, 1], "linear")],
    loss,
  });
}

function mlpShape(loss: "logistic" | "squared") {
  return ({ hidden }: MlpOptions, columns: number): NetworkShape => ({
    columns,
    layers: [
      ...hiddenLayers("hidden", columns, hidden),
      dense("output", [hidden.at(-1) ?? columns, 1], "linear"),
    ],
    loss,
  });
}

function codeWidth(code: number, columns: number): number {
  return code > 0 ? code : Math.max(1, Math.round(columns / 3));
}

/**
 * An LSTM reads the rows of a group up to one, the first one first, and its last state gives the
 * probability of that row. Columns are scaled inside. Takes finite numbers.
 * @source Hochreiter & Schmidhuber 1997; forget gates: Gers, Schmidhuber & Cummins 2000
 */
export const lstm: Learner<LstmOptions, SequenceModel> = networkLearner({
  identity: { kind: "lstm", task: "classification" },
  defaults: lstmDefaults,
  rules: lstmRules,
  shape: lstmShape("logistic"),
  sequences: sequenceWish,
});

/** As `lstm`, for values: their mean squared error falls. */
export const lstmRegression: Learner<LstmOptions, SequenceModel> = networkLearner({
  identity: { kind: "lstm-regression", task: "regression" },
  defaults: lstmDefaults,
  rules: lstmRules,
  shape: lstmShape("squared"),
  sequences: sequenceWish,
});

/**
 * An LSTM tells a sequence in a few numbers (`code`), another one tells the sequence from them, the
 * last row first. The score is the mean squared difference of the scaled values, over steps and
 * columns; each column's share of it is its contribution, and they add up to the score.
 * @source Srivastava, Mansimov & Salakhutdinov 2015 (unconditioned decoder, reversed target);
 *   Malhotra et al. 2016 for its error as a score
 */
export const lstmAutoencoder: Learner<LstmAutoencoderOptions, SequenceDetectorModel> =
  networkLearner({
    identity: { kind: "lstm-autoencoder", task: "detection" },
    defaults: lstmAutoencoderDefaults,
    rules: lstmAutoencoderRules,
    shape: ({ hidden, code }, columns) => {
      const width = codeWidth(code, columns);
      return {
        columns,
        layers: [
          lstmLayer("encoder", columns, hidden, true),
          dense("code", [hidden, width], "tanh"),
          dense("start", [width, hidden], "tanh"),
          lstmLayer("decoder", 0, hidden, false),
          dense("output", [hidden, columns], "linear"),
        ],
        loss: "reconstruction",
      };
    },
    sequences: sequenceWish,
  });

/**
 * A multilayer perceptron: dense layers with rectifiers, and a probability. Columns are scaled
 * inside. Takes finite numbers.
 * @source Rumelhart, Hinton & Williams 1986; He et al. 2015 for its first weights
 */
export const mlp: Learner<MlpOptions, SequenceModel> = networkLearner({
  identity: { kind: "mlp", task: "classification" },
  defaults: mlpDefaults,
  rules: mlpRules,
  shape: mlpShape("logistic"),
  sequences: () => undefined,
});

/** As `mlp`, for values: their mean squared error falls. */
export const mlpRegression: Learner<MlpOptions, SequenceModel> = networkLearner({
  identity: { kind: "mlp-regression", task: "regression" },
  defaults: mlpDefaults,
  rules: mlpRules,
  shape: mlpShape("squared"),
  sequences: () => undefined,
});

/**
 * Dense layers tell a row in a few numbers (`code`), and their mirror image tells the row from
 * them. The score is the mean squared difference of the scaled columns; each column's share of it
 * is its contribution, and they add up to the score.
 * @source Hawkins, He, Williams & Baxter 2002, "Outlier detection using replicator neural networks"
 */
export const mlpAutoencoder: Learner<MlpAutoencoderOptions, SequenceDetectorModel> = networkLearner(
  {
    identity: { kind: "mlp-autoencoder", task: "detection" },
    defaults: mlpAutoencoderDefaults,
    rules: mlpAutoencoderRules,
    shape: ({ hidden, code }, columns) => {
      const width = codeWidth(code, columns);
      const mirrored = [...hidden].reverse();
      return {
        columns,
        layers: [
          ...hiddenLayers("hidden", columns, hidden),
          dense("code", [hidden.at(-1) ?? columns, width], "tanh"),
          ...hiddenLayers("mirror", width, mirrored),
          dense("output", [mirrored.at(-1) ?? width, columns], "linear"),
        ],
        loss: "reconstruction",
      };
    },
    sequences: () => undefined,
  },
);
