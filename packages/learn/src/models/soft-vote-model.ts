import { type ModelState, Pacer } from "../foundation/index.js";
import type { Frame, Row } from "../frame/index.js";
import {
  alignFrame,
  learnerErrors,
  type Model,
  type ModelCard,
  type PredictExtras,
} from "../learners/index.js";
import { nestedModel, type Restorer, restoreNested } from "./nested.js";

/** Several models whose predictions are averaged. */
export interface SoftVoteModel extends Model {
  /** In the order of the members. */
  readonly members: readonly Model[];
  /** One a member, ≥ 0; they add up to 1. */
  readonly weights: readonly number[];
}

/** Makes the model of its members. */
export function softVoteModel(
  card: ModelCard,
  members: readonly Model[],
  weights: readonly number[],
): SoftVoteModel {
  const predict = async (frame: Frame, extras: PredictExtras = {}): Promise<Float64Array> => {
    new Pacer(extras.signal, "predicting with softVote").check();
    const aligned = alignFrame(frame, card.schema);
    const sum = new Float64Array(frame.rowCount * card.outputs.length);
    for (const [place, member] of members.entries()) {
      const found = await member.predict(aligned, extras);
      const weight = weights[place]!;
      for (let i = 0; i < sum.length; i++) sum[i]! += weight * found[i]!;
    }
    return sum;
  };
  const predictRow = (row: Row, output?: number): number => {
    let sum = 0;
    for (let k = 0; k < members.length; k++) {
      sum += weights[k]! * members[k]!.predictRow(row, output);
    }
    return sum;
  };
  const state = (): ModelState => {
    const parts = members.map((member, place) => nestedModel(member, `member.${place}`));
    return {
      settings: { members: parts.map(([settings]) => settings), weights },
      tensors: Object.fromEntries(parts.flatMap(([, tensors]) => tensors)),
    };
  };
  return Object.freeze({
    card,
    schema: card.schema,
    members: Object.freeze([...members]),
    weights: Object.freeze([...weights]),
    predict,
    predictRow,
    state,
  });
}

/** @throws MODEL_FILE_BROKEN, MODEL_STATE, MODEL_KIND_UNKNOWN */
export function restoreSoftVote(
  card: ModelCard,
  state: ModelState,
  restore: Restorer,
): SoftVoteModel {
  const members = restoreMembers(card, state, restore);
  const { weights } = state.settings;
  const sound =
    Array.isArray(weights) &&
    weights.length === members.length &&
    weights.every((weight) => Number.isFinite(weight) && weight >= 0);
  if (!sound) {
    const reason = "its weights are not one number a member";
    throw learnerErrors.MODEL_STATE({ kind: card.kind, reason });
  }
  return softVoteModel(card, members, weights as readonly number[]);
}

/**
 * The members of an ensemble.
 * @throws MODEL_FILE_BROKEN, MODEL_STATE, MODEL_KIND_UNKNOWN
 */
export function restoreMembers(card: ModelCard, state: ModelState, restore: Restorer): Model[] {
  const { members } = state.settings;
  if (!Array.isArray(members) || members.length === 0) {
    throw learnerErrors.MODEL_STATE({ kind: card.kind, reason: "it has no members" });
  }
  return members.map((member: unknown, place) => {
    const model = restoreNested(member, `member.${place}`, state, restore);
    if (model.card.task === card.task) return model;
    const reason = `its member ${place} is for ${model.card.task}`;
    throw learnerErrors.MODEL_STATE({ kind: card.kind, reason });
  });
}
