import { type Numbers, RandomStream } from "../foundation/index.js";
import { type Column, Frame } from "../frame/index.js";
import type { Model } from "../learners/index.js";
import { evaluateMetric, type Metric } from "../metrics/index.js";
import type { ExplainExtras } from "./contract.js";
import { planMemory, Watch } from "./watch.js";

/** How good predictions are, by any function of them. */
export interface Measure {
  /** Which way is better. */
  readonly better: "higher" | "lower";
  /**
   * Judges predictions.
   * @param predictions rows × outputs, row-major, as `predict` gives them
   */
  readonly measure: (target: Numbers, predictions: Float64Array, weight?: Numbers) => number;
}

/** What is permuted, and how often. */
export interface PermutationOptions extends ExplainExtras {
  /** One of the metrics, or any other function. */
  readonly metric: Metric | Measure;
  /** Names, or groups of names that are shuffled together; each column of the model unless told. */
  readonly columns?: readonly (string | readonly string[])[];
  /** Shuffles of each; 5 unless told. */
  readonly repeats?: number;
  /** Decides the shuffles; 0 unless told. */
  readonly seed?: number;
  /** One weight a row. */
  readonly weight?: Numbers | undefined;
}

/** What became of predictions when some columns told nothing. */
export interface ColumnImportance {
  /** Shuffled together. */
  readonly columns: readonly string[];
  /** How much worse the metric got, one a shuffle; below 0 where it got better. */
  readonly losses: Float64Array;
  /** Their mean. */
  readonly mean: number;
  /** Their standard deviation; 0 of one shuffle. */
  readonly deviation: number;
}

/** Importances of all columns or groups. */
export interface PermutationImportance {
  /** The metric of the table as it is. */
  readonly metric: number;
  /** In the order asked for. */
  readonly importances: readonly ColumnImportance[];
}

function deviationOf(values: Float64Array, mean: number): number {
  if (values.length < 2) return 0;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

function shuffledColumns(frame: Frame, names: readonly string[], random: RandomStream): Column[] {
  const order = Uint32Array.from({ length: frame.rowCount }, (_, row) => row);
  random.shuffle(order);
  const chosen = names.map((name) => frame.column(name));
  return [...new Frame(chosen, frame.rowCount).take(order).columns];
}

/**
 * How much a model goes by each column: how much worse its predictions get when the column's values
 * are dealt out anew among the rows. Ask rows that the model has not learnt from. Columns that tell
 * the same share what they are worth, and look unimportant one by one: group them.
 * @param model of any kind
 * @param frame rows to predict
 * @param target one a row
 * @throws FRAME_COLUMN_MISSING, EXPLAIN_MEMORY, LEARN_STOPPED, and what the metric throws
 * @source Breiman 2001, "Random forests"; Fisher, Rudin, Dominici 2019, "All models are wrong, but
 *   many are useful"
 */
export async function permutationImportance(
  model: Model,
  frame: Frame,
  target: Numbers,
  options: PermutationOptions,
): Promise<PermutationImportance> {
  const { metric, weight, signal } = options;
  const repeats = Math.max(1, options.repeats ?? 5);
  const asked = options.columns ?? model.schema.columns.map(({ name }) => name);
  const groups = asked.map((one) => (typeof one === "string" ? [one] : [...one]));
  const most = groups.reduce((widest, names) => Math.max(widest, names.length), 1);
  const doing = "permuting columns";
  const outputs = Math.max(1, model.card.outputs.length);
  planMemory(doing, frame.rowCount * (8 * most + 4 + 8 * outputs), options);
  const watch = new Watch(doing, groups.length * repeats, options);
  const judge = async (table: Frame): Promise<number> => {
    const predictions = await model.predict(table, { signal });
    return "measure" in metric
      ? metric.measure(target, predictions, weight)
      : evaluateMetric(metric, target, predictions, weight);
  };
  await watch.pause();
  const whole = await judge(frame);
  const importances: ColumnImportance[] = [];
  for (const columns of groups) {
    const losses = new Float64Array(repeats);
    for (let repeat = 0; repeat < repeats; repeat++) {
      const purpose = `importance of ${columns.join("\n")}`;
      const random = new RandomStream(options.seed ?? 0, purpose, repeat);
      const value = await judge(frame.with(shuffledColumns(frame, columns, random)));
      losses[repeat] = metric.better === "higher" ? whole - value : value - whole;
      await watch.advance(1);
    }
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / repeats;
    importances.push({ columns, losses, mean, deviation: deviationOf(losses, mean) });
  }
  return { metric: whole, importances };
}
