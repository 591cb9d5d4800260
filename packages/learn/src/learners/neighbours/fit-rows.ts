import { type Json, Pacer } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import { describeModel } from "../card.js";
import type { FitExtras, Learner, ModelCard, SeededOptions } from "../contract.js";
import { detectionData } from "../detector.js";
import { completeOptions, type OptionRule } from "../door.js";
import { placesByName, schemaOf } from "../schema.js";
import { wholeWeights } from "../whole-weights.js";
import { indexRows, type RowIndex } from "./row-index.js";

/** Who fits, and how its options are checked. */
export interface RowLearner<Options extends SeededOptions>
  extends Pick<Learner<Options>, "kind" | "task" | "defaults"> {
  readonly rules: { readonly [Key in keyof Options]-?: OptionRule };
}

/** What was asked for beside the rows. */
export interface RowFit<Options extends SeededOptions> {
  readonly given: Partial<Options> | undefined;
  readonly extras: FitExtras;
}

/** What was learnt of an index, and what the fit says of it beside its rows. */
export interface Learnt<Known> {
  readonly known: Known;
  readonly summary?: Readonly<Record<string, Json>>;
}

/** A fit that is over. */
export interface IndexedFit<Options, Known> {
  readonly card: ModelCard;
  readonly index: RowIndex;
  readonly options: Options;
  readonly known: Known;
}

/**
 * A fit that learns from its different rows, whatever their order.
 * @param learn what is to be known of them
 * @throws LEARNER_OPTION, FIT_EMPTY, TARGET_LENGTH, WEIGHT_VALUE, WEIGHT_WHOLE, FEATURE_KIND,
 *   FEATURE_VALUE, and what `learn` throws
 */
export async function fitRows<Options extends SeededOptions, Known>(
  learner: RowLearner<Options>,
  frame: Frame,
  { given, extras }: RowFit<Options>,
  learn: (index: RowIndex, options: Options, pacer: Pacer) => Promise<Learnt<Known>>,
): Promise<IndexedFit<Options, Known>> {
  const options = completeOptions(learner, given, learner.rules);
  const pacer = new Pacer(extras.signal, `fitting ${learner.kind}`);
  const { data, columns } = await detectionData(learner, frame, extras, pacer);
  const places = placesByName(schemaOf(data.frame));
  const sorted = { columns: places.map((j) => columns[j]!), rowCount: data.frame.rowCount };
  const index = await indexRows(sorted, wholeWeights(learner, data), pacer);
  const { known, summary } = await learn(index, options, pacer);
  const rows = { distinctRows: index.counts.length, rows: index.units };
  const about = { options, summary: { ...rows, ...summary }, pacer };
  const card = await describeModel(learner, data, about);
  return { card, index, options, known };
}
