import { logit, type ModelState, Pacer } from "../foundation/index.js";
import { Frame, numberColumn, type Row } from "../frame/index.js";
import { alignFrame, type Model, type ModelCard, type PredictExtras } from "../learners/index.js";
import { nestedModel, type Restorer, restoreNested } from "./nested.js";
import { restoreMembers } from "./soft-vote-model.js";

/** Several models, and one that learnt from their predictions of rows that they had not seen. */
export interface StackingModel extends Model {
  /** In the order of the members, each trained on all rows. */
  readonly members: readonly Model[];
  /** Takes the members' predictions. */
  readonly final: Model;
}

/** Probabilities are kept this far from 0 and 1 before their log-odds are taken. */
const EDGE = 1e-12;

/** A prediction as the final learner sees it: of a probability the log-odds. */
function seen(task: ModelCard["task"], prediction: number): number {
  if (task !== "classification") return prediction;
  return logit(Math.min(Math.max(prediction, EDGE), 1 - EDGE));
}

/**
 * The members' predictions as columns, `PLACE KIND` or with several outputs `PLACE KIND OUTPUT`.
 * @param predictions one array a member, rows × outputs, row-major
 */
export function stackedFrame(
  task: ModelCard["task"],
  kinds: readonly string[],
  predictions: readonly Float64Array[],
  rowCount: number,
): Frame {
  const columns = predictions.flatMap((values, place) => {
    const outputs = rowCount === 0 ? 1 : values.length / rowCount;
    return Array.from({ length: outputs }, (_, k) => {
      const name = `${place} ${kinds[place]}${outputs > 1 ? ` ${k}` : ""}`;
      const own = new Float64Array(rowCount);
      for (let row = 0; row < rowCount; row++) own[row] = seen(task, values[row * outputs + k]!);
      return numberColumn(name, own);
    });
  });
  return new Frame(columns, rowCount);
}

/** Makes the model of its parts. */
export function stackingModel(
  card: ModelCard,
  members: readonly Model[],
  final: Model,
): StackingModel {
  const kinds = members.map((member) => member.card.kind);
  const names = members.map((member, place) =>
    member.card.outputs.map((_, k, all) =>
      all.length > 1 ? `${place} ${kinds[place]} ${k}` : `${place} ${kinds[place]}`,
    ),
  );
  const predict = async (frame: Frame, extras: PredictExtras = {}): Promise<Float64Array> => {
    new Pacer(extras.signal, "predicting with stacking").check();
    const aligned = alignFrame(frame, card.schema);
    if (frame.rowCount === 0) return new Float64Array(0);
    const predictions: Float64Array[] = [];
    for (const member of members) predictions.push(await member.predict(aligned, extras));
    const stacked = stackedFrame(card.task, kinds, predictions, frame.rowCount);
    return final.predict(stacked, extras);
  };
  const predictRow = (row: Row, output?: number): number => {
    const stacked: Record<string, number> = {};
    members.forEach((member, place) => {
      names[place]!.forEach((name, k) => {
        stacked[name] = seen(card.task, member.predictRow(row, k));
      });
    });
    return final.predictRow(stacked, output);
  };
  const state = (): ModelState => {
    const parts = members.map((member, place) => nestedModel(member, `member.${place}`));
    const [settings, tensors] = nestedModel(final, "final");
    return {
      settings: { members: parts.map(([own]) => own), final: settings },
      tensors: Object.fromEntries([...parts.flatMap(([, own]) => own), ...tensors]),
    };
  };
  return Object.freeze({
    card,
    schema: card.schema,
    members: Object.freeze([...members]),
    final,
    predict,
    predictRow,
    state,
  });
}

/** @throws MODEL_FILE_BROKEN, MODEL_STATE, MODEL_KIND_UNKNOWN */
export function restoreStacking(
  card: ModelCard,
  state: ModelState,
  restore: Restorer,
): StackingModel {
  const members = restoreMembers(card, state, restore);
  return stackingModel(
    card,
    members,
    restoreNested(state.settings["final"], "final", state, restore),
  );
}
