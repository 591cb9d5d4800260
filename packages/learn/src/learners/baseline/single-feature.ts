import { log, type ModelState, type Numbers, Pacer } from "../../foundation/index.js";
import type { Frame, Row } from "../../frame/index.js";
import { argsort } from "../../kernels/index.js";
import { describeModel } from "../card.js";
import type {
  FitExtras,
  Learner,
  Model,
  ModelCard,
  PredictExtras,
  SeededOptions,
} from "../contract.js";
import { binaryTarget, completeOptions, optionRules, trainingData } from "../door.js";
import { learnerErrors } from "../errors.js";
import { alignFrame, rowNumbers } from "../schema.js";

/** Options of the single-feature rule. */
export interface SingleFeatureOptions extends SeededOptions {
  /** The column to use; "" = the one with the lowest log-loss on training. */
  readonly column: string;
}

/** A rule on one column. */
export interface SingleFeatureModel extends Model {
  /** The column that is looked at. */
  readonly column: string;
  /** Values at or above it are on the upper side. */
  readonly threshold: number;
  /**
   * Positive rates of training below, at or above the threshold, and where the value is missing.
   */
  readonly rates: readonly [number, number, number];
}

interface Rule {
  readonly threshold: number;
  readonly rates: readonly [number, number, number];
  readonly loss: number;
}

interface Tally {
  weight: number;
  positives: number;
}

/** Half a positive and half a negative are added, so that no side is certain. */
function rateOf(tally: Tally): number {
  return (tally.positives + 0.5) / (tally.weight + 1);
}

function lossOf(tally: Tally): number {
  const rate = rateOf(tally);
  return -(tally.positives * log(rate) + (tally.weight - tally.positives) * log(1 - rate));
}

function tallyAll(
  target: Float64Array,
  weight: Float64Array | undefined,
  rows: Uint32Array,
): Tally {
  const tally = { weight: 0, positives: 0 };
  for (const row of rows) {
    const w = weight?.[row] ?? 1;
    tally.weight += w;
    tally.positives += w * target[row]!;
  }
  return tally;
}

/** The threshold with the lowest log-loss, searched over the midpoints between distinct values. */
function bestRule(
  values: Float64Array,
  target: Float64Array,
  weight: Float64Array | undefined,
): Rule {
  const order = argsort(values);
  let known = order.length;
  while (known > 0 && Number.isNaN(values[order[known - 1]!])) known -= 1;
  const missing = tallyAll(target, weight, order.subarray(known));
  const all = tallyAll(target, weight, order.subarray(0, known));
  const below = { weight: 0, positives: 0 };
  let best = { threshold: Number.NEGATIVE_INFINITY, loss: lossOf(all), below: { ...below } };
  for (let i = 0; i + 1 < known; i++) {
    const row = order[i]!;
    const w = weight?.[row] ?? 1;
    below.weight += w;
    below.positives += w * target[row]!;
    const [value, next] = [values[row]!, values[order[i + 1]!]!];
    if (value === next) continue;
    const above = { weight: all.weight - below.weight, positives: all.positives - below.positives };
    const loss = lossOf(below) + lossOf(above);
    if (loss < best.loss) best = { threshold: between(value, next), loss, below: { ...below } };
  }
  const above = {
    weight: all.weight - best.below.weight,
    positives: all.positives - best.below.positives,
  };
  const rates = [rateOf(best.below), rateOf(above), rateOf(missing)] as const;
  return { threshold: best.threshold, rates, loss: best.loss + lossOf(missing) };
}

function between(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  return middle > low && middle <= high ? middle : high;
}

const identity = { kind: "singleFeature", task: "classification" } as const;
const defaults: SingleFeatureOptions = Object.freeze({ column: "", seed: 0 });
const rules = {
  column: { expected: "a column's name", holds: (value: unknown) => typeof value === "string" },
  seed: optionRules.seed,
};

function sideOf(value: number, threshold: number): 0 | 1 | 2 {
  if (Number.isNaN(value)) return 2;
  return value >= threshold ? 1 : 0;
}

function ruleModel(card: ModelCard, column: string, rule: Omit<Rule, "loss">): SingleFeatureModel {
  const { threshold, rates } = rule;
  const predict = async (frame: Frame, extras: PredictExtras = {}): Promise<Float64Array> => {
    new Pacer(extras.signal, "predicting with singleFeature").check();
    const values = alignFrame(frame, card.schema).numbers(column);
    return Float64Array.from(values, (value) => rates[sideOf(value, threshold)]);
  };
  const predictRow = (row: Row): number =>
    rates[sideOf(rowNumbers(row, card.schema)[0]!, threshold)];
  const rule3 = Float64Array.of(threshold, ...rates);
  const state = (): ModelState => ({
    settings: {},
    tensors: { rule: { shape: [4], values: rule3 } },
  });
  return Object.freeze({
    card,
    schema: card.schema,
    column,
    threshold,
    rates,
    predict,
    predictRow,
    state,
  });
}

async function fit(
  frame: Frame,
  target: Numbers | undefined,
  given?: Partial<SingleFeatureOptions>,
  extras: FitExtras = {},
): Promise<SingleFeatureModel> {
  const options = completeOptions(singleFeature, given, rules);
  const pacer = new Pacer(extras.signal, "fitting singleFeature");
  const data = trainingData(identity, frame, target, extras);
  const labels = binaryTarget(identity, data.target);
  const candidates = options.column === "" ? numberNames(data.frame) : [options.column];
  let best: { name: string; rule: Rule } | undefined;
  for (const name of candidates) {
    await pacer.pause();
    const rule = bestRule(Float64Array.from(data.frame.numbers(name)), labels, data.weight);
    if (best === undefined || rule.loss < best.rule.loss) best = { name, rule };
  }
  if (best === undefined) {
    throw learnerErrors.FIT_EMPTY({ learner: identity.kind, rows: labels.length, columns: 0 });
  }
  const looked = { ...data, frame: data.frame.select([best.name]) };
  const summary = { column: best.name, loss: best.rule.loss };
  const card = await describeModel(identity, looked, { options, summary, pacer });
  return ruleModel(card, best.name, best.rule);
}

function numberNames(frame: Frame): string[] {
  return frame.columns.filter((column) => column.kind === "number").map((column) => column.name);
}

function restore(card: ModelCard, state: ModelState): SingleFeatureModel {
  const column = card.schema.columns[0];
  const rule = state.tensors["rule"]?.values;
  const [threshold, ...rates] = rule === undefined ? [] : Array.from(rule);
  const sound = rates.length === 3 && rates.every((rate) => rate >= 0 && rate <= 1);
  if (column?.kind !== "number" || Number.isNaN(threshold ?? Number.NaN) || !sound) {
    const reason = "it has no column, threshold and three rates";
    throw learnerErrors.MODEL_STATE({ kind: card.kind, reason });
  }
  return ruleModel(card, column.name, {
    threshold: threshold!,
    rates: rates as [number, number, number],
  });
}

/**
 * The best rule on one column: positive rates below and above a threshold, and where the value is
 * missing. Columns of categories are passed over.
 */
export const singleFeature: Learner<SingleFeatureOptions, SingleFeatureModel> = Object.freeze({
  ...identity,
  accepts: Object.freeze({ missing: true, categories: true }),
  defaults,
  fit,
  restore,
});
