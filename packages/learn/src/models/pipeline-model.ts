import {
  encodePaced,
  type FittedCalibrator,
  type FittedEncoder,
  restoreCalibrator,
  restoreEncoder,
  rowsBetweenPolls,
} from "../encoders/index.js";
import { type Json, type ModelState, Pacer } from "../foundation/index.js";
import type { Frame, Row } from "../frame/index.js";
import { alignFrame, type Model, type ModelCard, type PredictExtras } from "../learners/index.js";
import { fieldsOf, refuseFile, textIn } from "./fields.js";
import { nestedModel, prefixed, type Restorer, restoreNested, stateIn } from "./nested.js";
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

function pipelineState(
  encoders: readonly FittedEncoder[],
  inner: Model,
  calibrator: FittedCalibrator | undefined,
): ModelState {
  const states = encoders.map((encoder) => encoder.state());
  const [learner, learnerTensors] = nestedModel(inner, "learner");
  const calibratorState = calibrator?.state();
  const settings: Record<string, Json> = {
    encoders: states.map(({ settings }, place) => ({ kind: encoders[place]!.kind, settings })),
    learner,
    calibrator:
      calibratorState === undefined
        ? null
        : { kind: calibrator!.kind, settings: calibratorState.settings },
  };
  const tensors = Object.fromEntries([
    ...states.flatMap((state, place) => prefixed(`encoder.${place}`, state.tensors)),
    ...learnerTensors,
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
    const calibrated = (scores: Float64Array) =>
      calibrator === undefined ? scores : scores.map(calibrator.calibrate);
    if (extras.groups !== undefined) {
      // Rows that belong together may stand far apart, so that they are scored in one piece.
      const encoded = await encodePaced(encoders, aligned, () => pacer.pause());
      return calibrated(await inner.predict(encoded, extras));
    }
    const out = new Float64Array(frame.rowCount);
    const size = rowsBetweenPolls(aligned);
    for (let start = 0; start < frame.rowCount; start += size) {
      await pacer.pause();
      const encoded = encodeAll(encoders, aligned.view(start, start + size));
      out.set(await inner.predict(encoded, extras), start);
    }
    return calibrated(out);
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

/**
 * Makes a pipeline of its card and state again.
 * @throws MODEL_FILE_BROKEN, ENCODER_STATE, MODEL_STATE
 */
export function restorePipeline(
  card: ModelCard,
  state: ModelState,
  restore: Restorer,
): PipelineModel {
  const { encoders: list, learner, calibrator: last } = state.settings;
  if (!Array.isArray(list)) refuseFile("its encoders are no list");
  const encoders = list.map((item: unknown, place) => {
    const fields = fieldsOf(item, "an encoder");
    return restoreEncoder(textIn(fields, "kind"), stateIn(fields, `encoder.${place}`, state));
  });
  const inner = restoreNested(learner, "learner", state, restore);
  if (last === null) return pipelineModel(card, encoders, inner, undefined);
  const calibratorFields = fieldsOf(last, "the calibrator");
  const kind = textIn(calibratorFields, "kind");
  const calibrator = restoreCalibrator(kind, stateIn(calibratorFields, "calibrator", state));
  return pipelineModel(card, encoders, inner, calibrator);
}
