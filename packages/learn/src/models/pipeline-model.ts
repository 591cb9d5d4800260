import {
  type FittedCalibrator,
  type FittedEncoder,
  restoreCalibrator,
  restoreEncoder,
  rowsBetweenPolls,
} from "../encoders/index.js";
import { type Json, type ModelState, Pacer, type Tensor } from "../foundation/index.js";
import type { Frame, Row } from "../frame/index.js";
import {
  alignFrame,
  type Learner,
  type Model,
  type ModelCard,
  type PredictExtras,
} from "../learners/index.js";
import { cardFromJson, cardToJson } from "./card-json.js";
import { type Fields, fieldsOf, refuseFile, textIn } from "./fields.js";
import { type RowScorer, rowScorer } from "./row-scorer.js";

/** Encoders, a learner's model and a calibrator as one model. */
export interface PipelineModel<Fitted extends Model = Model> extends Model {
  /** Fitted encoders in their order. */
  readonly encoders: readonly FittedEncoder[];
  /** The learner's model, over encoded columns. */
  readonly inner: Fitted;
  /** The calibrator, where there is one. */
  readonly calibrator: FittedCalibrator | undefined;
}

/** Encodes rows by each encoder in turn. */
function encodeAll(encoders: readonly FittedEncoder[], frame: Frame): Frame {
  return encoders.reduce((table, encoder) => encoder.encode(table), frame);
}

function prefixed(prefix: string, tensors: Readonly<Record<string, Tensor>>): [string, Tensor][] {
  return Object.entries(tensors).map(([name, tensor]) => [`${prefix}.${name}`, tensor]);
}

function pipelineState(
  encoders: readonly FittedEncoder[],
  inner: Model,
  calibrator: FittedCalibrator | undefined,
): ModelState {
  const states = encoders.map((encoder) => encoder.state());
  const innerState = inner.state();
  const calibratorState = calibrator?.state();
  const settings: Record<string, Json> = {
    encoders: states.map(({ settings }, place) => ({ kind: encoders[place]!.kind, settings })),
    learner: { card: cardToJson(inner.card), settings: innerState.settings },
    calibrator:
      calibratorState === undefined
        ? null
        : { kind: calibrator!.kind, settings: calibratorState.settings },
  };
  const tensors = Object.fromEntries([
    ...states.flatMap((state, place) => prefixed(`encoder.${place}`, state.tensors)),
    ...prefixed("learner", innerState.tensors),
    ...prefixed("calibrator", calibratorState?.tensors ?? {}),
  ]);
  return { settings, tensors };
}

/** Puts the parts of a fitted pipeline together. */
export function pipelineModel<Fitted extends Model>(
  card: ModelCard,
  encoders: readonly FittedEncoder[],
  inner: Fitted,
  calibrator: FittedCalibrator | undefined,
): PipelineModel<Fitted> {
  const predict = async (frame: Frame, extras: PredictExtras = {}): Promise<Float64Array> => {
    const pacer = new Pacer(extras.signal, "predicting with pipeline");
    const aligned = alignFrame(frame, card.schema);
    const out = new Float64Array(frame.rowCount);
    const size = rowsBetweenPolls(aligned);
    for (let start = 0; start < frame.rowCount; start += size) {
      await pacer.pause();
      const encoded = encodeAll(encoders, aligned.view(start, start + size));
      out.set(await inner.predict(encoded, extras), start);
    }
    return calibrator === undefined ? out : out.map(calibrator.calibrate);
  };
  let scoreRow: RowScorer | undefined;
  const predictRow = (row: Row, output?: number): number => {
    scoreRow ??= rowScorer(card.schema, encoders, inner);
    const score = scoreRow(row, output);
    return calibrator === undefined ? score : calibrator.calibrate(score);
  };
  return Object.freeze({
    card,
    schema: card.schema,
    encoders: Object.freeze([...encoders]),
    inner,
    calibrator,
    predict,
    predictRow,
    state: () => pipelineState(encoders, inner, calibrator),
  });
}

/**
 * The same model with another calibrator, for one that learnt from rows that were held out by
 * whoever evaluates it.
 * @param from says in the card what the calibrator learnt from, for example `validation rows`
 */
export function recalibrated<Fitted extends Model>(
  model: PipelineModel<Fitted>,
  calibrator: FittedCalibrator,
  from: string,
): PipelineModel<Fitted> {
  const { card, encoders, inner } = model;
  const options = { ...card.options, calibrator: calibrator.kind };
  const summary = { ...card.summary, calibratedOn: from };
  return pipelineModel(Object.freeze({ ...card, options, summary }), encoders, inner, calibrator);
}

/** The tensors whose names start with a prefix, without it. */
function unprefixed(prefix: string, state: ModelState): Readonly<Record<string, Tensor>> {
  const start = `${prefix}.`;
  const entries = Object.entries(state.tensors).filter(([name]) => name.startsWith(start));
  return Object.fromEntries(entries.map(([name, tensor]) => [name.slice(start.length), tensor]));
}

function stateIn(fields: Fields, prefix: string, state: ModelState): ModelState {
  const settings = Object.fromEntries(fieldsOf(fields.get("settings"), `settings of ${prefix}`));
  return { settings: settings as Record<string, Json>, tensors: unprefixed(prefix, state) };
}

/** Finds the learner of a kind. */
export type LearnerLookup<Fitted extends Model> = (kind: string) => {
  readonly restore: Learner<never, Fitted>["restore"];
};

/**
 * Makes a pipeline of its card and state again.
 * @throws MODEL_FILE_BROKEN, ENCODER_STATE, MODEL_STATE
 */
export function restorePipeline<Fitted extends Model>(
  card: ModelCard,
  state: ModelState,
  learnerOf: LearnerLookup<Fitted>,
): PipelineModel<Fitted> {
  const { encoders: list, learner, calibrator: last } = state.settings;
  if (!Array.isArray(list)) refuseFile("its encoders are no list");
  const encoders = list.map((item: unknown, place) => {
    const fields = fieldsOf(item, "an encoder");
    return restoreEncoder(textIn(fields, "kind"), stateIn(fields, `encoder.${place}`, state));
  });
  const fields = fieldsOf(learner, "the learner");
  const innerCard = cardFromJson(fields.get("card"));
  const inner = learnerOf(innerCard.kind).restore(innerCard, stateIn(fields, "learner", state));
  if (last === null) return pipelineModel(card, encoders, inner, undefined);
  const calibratorFields = fieldsOf(last, "the calibrator");
  const kind = textIn(calibratorFields, "kind");
  const calibrator = restoreCalibrator(kind, stateIn(calibratorFields, "calibrator", state));
  return pipelineModel(card, encoders, inner, calibrator);
}
