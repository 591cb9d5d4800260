import { type ModelState, type Numbers, Pacer } from "../../foundation/index.js";
import type { Frame, Row } from "../../frame/index.js";
import { describeModel } from "../card.js";
import type {
  FitExtras,
  Learner,
  Model,
  ModelCard,
  PredictExtras,
  SeededOptions,
} from "../contract.js";
import {
  binaryTarget,
  completeOptions,
  optionRules,
  positiveRate,
  type TrainingData,
  trainingData,
} from "../door.js";
import { learnerErrors } from "../errors.js";
import { alignFrame, frameOfRow } from "../schema.js";

/** Options of the last-state rule. */
export interface LastStateOptions extends SeededOptions {
  /** The column that holds the last state, for example whether the user was active last week. */
  readonly column: string;
}

/** Positive rates by state. */
export interface LastStateModel extends Model {
  /** The column that is looked at. */
  readonly column: string;
  /** Positive rate of each state of training; others get the prior rate. */
  readonly rates: ReadonlyMap<string, number>;
}

/** More states than this are no states. */
const MOST_STATES = 1000;
/** Each state starts with one row of the prior rate. */
const PRIOR_ROWS = 1;
const MISSING = "missing";

const identity = { kind: "lastState", task: "classification" } as const;
const defaults: LastStateOptions = Object.freeze({ column: "", seed: 0 });
const rules = {
  column: {
    expected: "a column's name",
    holds: (value: unknown) => typeof value === "string" && value !== "",
  },
  seed: optionRules.seed,
};

/** The state of each row as text: `=TEXT` of a category, `=NUMBER` of a number, or `missing`. */
function statesOf(frame: Frame, name: string): string[] {
  const column = frame.column(name);
  if (column.kind === "category") {
    return Array.from(column.codes, (code) => (code < 0 ? MISSING : `=${column.dictionary[code]}`));
  }
  return Array.from(column.values, (value) => (Number.isNaN(value) ? MISSING : `=${value}`));
}

function lastStateModel(
  card: ModelCard,
  rates: ReadonlyMap<string, number>,
  prior: number,
): LastStateModel {
  const column = card.schema.columns[0]!.name;
  const score = (frame: Frame): Float64Array => {
    const states = statesOf(alignFrame(frame, card.schema), column);
    return Float64Array.from(states, (state) => rates.get(state) ?? prior);
  };
  const state = (): ModelState => {
    const values = Float64Array.of(...rates.values(), prior);
    const tensors = { rates: { shape: [values.length], values } };
    return { settings: { states: [...rates.keys()] }, tensors };
  };
  return Object.freeze({
    card,
    schema: card.schema,
    column,
    rates,
    predict: async (frame: Frame, extras: PredictExtras = {}) => {
      new Pacer(extras.signal, "predicting with lastState").check();
      return score(frame);
    },
    predictRow: (row: Row) => score(frameOfRow(row, card.schema))[0]!,
    state,
  });
}

function ratesByState(data: TrainingData, name: string, target: Float64Array, prior: number) {
  const tallies = new Map<string, { weight: number; positives: number }>();
  statesOf(data.frame, name).forEach((state, row) => {
    const weight = data.weight?.[row] ?? 1;
    const tally = tallies.get(state) ?? { weight: PRIOR_ROWS, positives: PRIOR_ROWS * prior };
    tally.weight += weight;
    tally.positives += weight * target[row]!;
    tallies.set(state, tally);
  });
  if (tallies.size > MOST_STATES) {
    const given = `"${name}", with ${tallies.size} states`;
    const expected = `a column of at most ${MOST_STATES} states`;
    throw learnerErrors.LEARNER_OPTION({ learner: "lastState", option: "column", given, expected });
  }
  const sorted = [...tallies].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(sorted.map(([state, tally]) => [state, tally.positives / tally.weight]));
}

async function fit(
  frame: Frame,
  target: Numbers | undefined,
  given?: Partial<LastStateOptions>,
  extras: FitExtras = {},
): Promise<LastStateModel> {
  const options = completeOptions(lastState, given, rules);
  const pacer = new Pacer(extras.signal, "fitting lastState");
  const data = trainingData(identity, frame, target, extras);
  const labels = binaryTarget(identity, data.target);
  const looked = { ...data, frame: data.frame.select([options.column]) };
  const rate = positiveRate(labels, data.weight);
  const rates = ratesByState(looked, options.column, labels, rate);
  const summary = { states: rates.size, positiveRate: rate };
  const card = await describeModel(identity, looked, { options, summary, pacer });
  return lastStateModel(card, rates, rate);
}

function restore(card: ModelCard, state: ModelState): LastStateModel {
  const { states } = state.settings;
  const rates = state.tensors["rates"]?.values;
  const sound =
    card.schema.columns.length === 1 &&
    Array.isArray(states) &&
    states.every((text) => typeof text === "string") &&
    rates?.length === states.length + 1 &&
    rates.every((rate) => rate >= 0 && rate <= 1);
  if (!sound) {
    const reason = "it has no column with a rate for each state";
    throw learnerErrors.MODEL_STATE({ kind: card.kind, reason });
  }
  const pairs = states.map((text, place) => [text as string, rates[place]!] as const);
  return lastStateModel(card, new Map(pairs), rates[states.length]!);
}

/** Says for each row the positive rate that training had in its last state. */
export const lastState: Learner<LastStateOptions, LastStateModel> = Object.freeze({
  ...identity,
  accepts: Object.freeze({ missing: true, categories: true }),
  defaults,
  fit,
  restore,
});
