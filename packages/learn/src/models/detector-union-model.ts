import { log, type ModelState, Pacer } from "../foundation/index.js";
import type { Frame, Row } from "../frame/index.js";
import {
  alignFrame,
  type DetectorModel,
  learnerErrors,
  type Model,
  type ModelCard,
  type PredictExtras,
} from "../learners/index.js";
import { type ConformalTail, conformalP, rankedP } from "./conformal-tail.js";
import { detectorContributions } from "./detector-reasons.js";
import { nestedModel, type Restorer } from "./nested.js";
import { restoreMembers } from "./soft-vote-model.js";

/** Several detectors under one budget of alarms. */
export interface DetectorUnionModel extends DetectorModel {
  /** In the order of the members. */
  readonly members: readonly Model[];
  /** Share of the budget of each; they add up to 1. */
  readonly shares: readonly number[];
  /**
   * Conformal p-values of the union, min(1, smallest p of a member / its share): of a genuine row,
   * p ≤ a has a probability of at most a.
   * @returns one number a row, above 0 and at most 1
   */
  readonly pValues: (frame: Frame, extras?: PredictExtras) => Promise<Float64Array>;
  /** Which member has the smallest p-value for its share: its reasons are the union's. */
  readonly winners: (frame: Frame, extras?: PredictExtras) => Promise<Int32Array>;
}

/** What a union is made of. */
export interface CalibratedMembers {
  readonly members: readonly Model[];
  readonly shares: readonly number[];
  /** One a member. */
  readonly tails: readonly ConformalTail[];
}

/** The smallest p-value over its share, and whose it is. */
function smallest(
  { shares, tails }: CalibratedMembers,
  scoreOf: (member: number) => number,
  pOf: typeof conformalP,
): { readonly value: number; readonly member: number } {
  let best = { value: Number.POSITIVE_INFINITY, member: 0 };
  for (let member = 0; member < shares.length; member++) {
    const value = pOf(tails[member]!, scoreOf(member)) / shares[member]!;
    if (value < best.value) best = { value, member };
  }
  return best;
}

/** From a p-value to a score: 0 where a genuine row is as likely as not to have it. */
function scoreOf(p: number): number {
  return p < 1 ? -log(p) : 0;
}

/** The parts above 0 as shares of a score. */
function shareOut(found: Float64Array, score: number, out: Float64Array): void {
  let sum = 0;
  for (const value of found) sum += Math.max(0, value);
  if (!(sum > 0 && sum < Number.POSITIVE_INFINITY)) return;
  for (let j = 0; j < found.length; j++) out[j] = (Math.max(0, found[j]!) / sum) * score;
}

/** Makes the model of its members and their calibration. */
export function detectorUnionModel(card: ModelCard, parts: CalibratedMembers): DetectorUnionModel {
  const { members, shares, tails } = parts;
  const width = card.schema.columns.length;
  const scoresOf = async (frame: Frame, extras: PredictExtras) => {
    const aligned = alignFrame(frame, card.schema);
    const scores: Float64Array[] = [];
    for (const member of members) scores.push(await member.predict(aligned, extras));
    return { aligned, scores };
  };
  const over = async <Out extends Float64Array | Int32Array>(
    frame: Frame,
    extras: PredictExtras,
    out: Out,
    [pOf, pick]: readonly [
      typeof conformalP,
      (best: { readonly value: number; readonly member: number }) => number,
    ],
  ): Promise<Out> => {
    new Pacer(extras.signal, `predicting with ${card.kind}`).check();
    const { scores } = await scoresOf(frame, extras);
    for (let row = 0; row < out.length; row++) {
      out[row] = pick(smallest(parts, (member) => scores[member]![row]!, pOf));
    }
    return out;
  };
  const predict = (frame: Frame, extras: PredictExtras = {}) =>
    over(frame, extras, new Float64Array(frame.rowCount), [rankedP, ({ value }) => scoreOf(value)]);
  const winners = (frame: Frame, extras: PredictExtras = {}) =>
    over(frame, extras, new Int32Array(frame.rowCount), [rankedP, ({ member }) => member]);
  const contributions = async (frame: Frame, extras: PredictExtras = {}) => {
    const [won, scores] = [await winners(frame, extras), await predict(frame, extras)];
    const out = new Float64Array(frame.rowCount * width);
    for (const [place, member] of members.entries()) {
      const rows = Array.from(won.keys()).filter((row) => won[row] === place);
      if (rows.length === 0) continue;
      const own = alignFrame(frame, card.schema).take(rows);
      const found = await detectorContributions(member, own, extras);
      rows.forEach((row, k) => {
        const part = found.subarray(k * width, (k + 1) * width);
        shareOut(part, scores[row]!, out.subarray(row * width, (row + 1) * width));
      });
    }
    return out;
  };
  const state = (): ModelState => {
    const nested = members.map((member, place) => nestedModel(member, `member.${place}`));
    const calibration = tails.map(({ scores }, place) => {
      return [`calibration.${place}`, { shape: [scores.length], values: scores }] as const;
    });
    return {
      settings: { members: nested.map(([settings]) => settings), shares },
      tensors: Object.fromEntries([...nested.flatMap(([, tensors]) => tensors), ...calibration]),
    };
  };
  return Object.freeze({
    card,
    schema: card.schema,
    members: Object.freeze([...members]),
    shares: Object.freeze([...shares]),
    predict,
    predictRow: (row: Row) =>
      scoreOf(smallest(parts, (member) => members[member]!.predictRow(row), rankedP).value),
    pValues: (frame: Frame, extras: PredictExtras = {}) =>
      over(frame, extras, new Float64Array(frame.rowCount), [
        conformalP,
        ({ value }) => Math.min(1, value),
      ]),
    winners,
    contributions,
    state,
  });
}

/** @throws MODEL_FILE_BROKEN, MODEL_STATE, MODEL_KIND_UNKNOWN */
export function restoreDetectorUnion(
  card: ModelCard,
  state: ModelState,
  restore: Restorer,
): DetectorUnionModel {
  const refuse = (reason: string): never => {
    throw learnerErrors.MODEL_STATE({ kind: card.kind, reason });
  };
  const members = restoreMembers(card, state, restore);
  const { shares } = state.settings;
  const sound =
    Array.isArray(shares) &&
    shares.length === members.length &&
    shares.every((share) => Number.isFinite(share) && share > 0);
  if (!sound) refuse("its shares are not one number above 0 a member");
  const wanted = JSON.stringify(card.schema);
  if (!members.every((member) => JSON.stringify(member.schema) === wanted)) {
    refuse("a member wants other columns");
  }
  const tails = members.map((_, place): ConformalTail => {
    const scores = state.tensors[`calibration.${place}`]?.values;
    if (!(scores instanceof Float64Array) || scores.length === 0) {
      return refuse(`member ${place} has no calibration scores`);
    }
    const ascends = scores.every((score, k) =>
      k === 0 ? Number.isFinite(score) : score >= scores[k - 1]! && Number.isFinite(score),
    );
    return ascends ? { scores } : refuse(`the calibration of member ${place} does not ascend`);
  });
  return detectorUnionModel(card, { members, shares: shares as readonly number[], tails });
}
