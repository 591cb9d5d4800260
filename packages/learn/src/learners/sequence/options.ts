import type { SeededOptions } from "../contract.js";
import { type OptionRule, optionRules } from "../door.js";

/** How a network is trained. */
export interface TrainingOptions extends SeededOptions {
  /** Times that all examples are gone through, at most. */
  readonly epochs: number;
  /** Examples of one step of descent. */
  readonly batchSize: number;
  /** Size of Adam's steps, above 0. */
  readonly learningRate: number;
  /** Largest norm of a batch's gradient; longer ones are shortened to it; 0 = any. */
  readonly clipNorm: number;
  /** Share of a layer's outputs that are set to 0 in training, below 1. */
  readonly dropout: number;
  /**
   * Epochs without a better loss on the validation rows before training stops and goes back to the
   * best one; 0 = never. Without validation rows it has no meaning.
   */
  readonly patience: number;
}

/** Which rows of a sequence are learnt from. */
export type SequenceExamples = "every-row" | "last-row";

/** Options of what reads sequences. */
export interface SequenceOptions extends TrainingOptions {
  /** Numbers that an LSTM remembers from row to row. */
  readonly hidden: number;
  /** Rows that are kept of a sequence: its last ones. */
  readonly maxSteps: number;
  /** Whether each row is an example, with what came before it, or only the last of each group. */
  readonly examples: SequenceExamples;
}

/** Options of an LSTM. */
export interface LstmOptions extends SequenceOptions {}

/** Options of an LSTM autoencoder. */
export interface LstmAutoencoderOptions extends SequenceOptions {
  /** Numbers that a sequence is told in; 0 = a third of the columns. */
  readonly code: number;
}

/** Options of a multilayer perceptron. */
export interface MlpOptions extends TrainingOptions {
  /** Width of each hidden layer. */
  readonly hidden: readonly number[];
}

/** Options of an autoencoder of dense layers. */
export interface MlpAutoencoderOptions extends MlpOptions {
  /** Numbers that a row is told in; 0 = a third of the columns. */
  readonly code: number;
}

const training = { epochs: 20, batchSize: 256, learningRate: 0.003, clipNorm: 1, patience: 3 };
const common = { ...training, dropout: 0, seed: 0 };
const sequence = { ...common, maxSteps: 32, examples: "every-row" } as const;

export const lstmDefaults: LstmOptions = Object.freeze({ ...sequence, hidden: 64 });
export const lstmAutoencoderDefaults: LstmAutoencoderOptions = Object.freeze({
  ...sequence,
  hidden: 32,
  code: 0,
});
export const mlpDefaults: MlpOptions = Object.freeze({
  ...common,
  hidden: Object.freeze([64, 32]),
});
export const mlpAutoencoderDefaults: MlpAutoencoderOptions = Object.freeze({
  ...common,
  hidden: Object.freeze([32]),
  code: 0,
});

/** Wider layers and longer sequences would not fit the memory of any session. */
const MOST_UNITS = 4096;
const MOST_STEPS = 100_000;
const MOST_LAYERS = 16;

function countUpTo(least: number, most: number): OptionRule {
  return {
    expected: `an integer from ${least} to ${most}`,
    holds: (value) =>
      Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
  };
}

const positive: OptionRule = {
  expected: "a finite number above 0",
  holds: (value) => Number.isFinite(value) && (value as number) > 0,
};
const share: OptionRule = {
  expected: "a number of at least 0 and below 1",
  holds: (value) => Number.isFinite(value) && (value as number) >= 0 && (value as number) < 1,
};
const units = countUpTo(1, MOST_UNITS);
const widths: OptionRule = {
  expected: `a list of at most ${MOST_LAYERS} integers from 1 to ${MOST_UNITS}`,
  holds: (value) => Array.isArray(value) && value.length <= MOST_LAYERS && value.every(units.holds),
};

const trainingRules = {
  epochs: countUpTo(1, 1_000_000),
  batchSize: countUpTo(1, 65_536),
  learningRate: positive,
  clipNorm: optionRules.notNegative,
  dropout: share,
  patience: countUpTo(0, 1_000_000),
  seed: optionRules.seed,
};

export const lstmRules = {
  ...trainingRules,
  hidden: units,
  maxSteps: countUpTo(1, MOST_STEPS),
  examples: {
    expected: '"every-row" or "last-row"',
    holds: (value: unknown) => value === "every-row" || value === "last-row",
  },
};
export const lstmAutoencoderRules = { ...lstmRules, code: countUpTo(0, MOST_UNITS) };
export const mlpRules = { ...trainingRules, hidden: widths };
export const mlpAutoencoderRules = { ...mlpRules, code: countUpTo(0, MOST_UNITS) };
