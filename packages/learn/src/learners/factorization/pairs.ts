/** Scores of pairs of user and item, and what else all recommenders share. */
import { Pacer, type Tensor } from "../../foundation/index.js";
import type { CategoryColumn, Frame, Row } from "../../frame/index.js";
import type { Model, ModelCard, PredictExtras } from "../contract.js";
import { learnerErrors } from "../errors.js";
import { alignFrame, rowReader } from "../schema.js";
import type { Neighbour } from "./contract.js";
import type { Csr } from "./csr.js";

/** Pairs between two polls for a stop. */
const BLOCK = 16_384;

/** The texts of the two columns that a card's schema names. */
export function namesOf(card: ModelCard): { users: readonly string[]; items: readonly string[] } {
  const [user, item] = card.schema.columns;
  return { users: user?.dictionary ?? [], items: item?.dictionary ?? [] };
}

/**
 * The predicting half of a recommender.
 * @param score of a user and an item by place; -1 is one that training did not meet
 */
export function pairPredictor(
  card: ModelCard,
  score: (user: number, item: number) => number,
): Required<Pick<Model, "card" | "schema" | "predict" | "predictRow" | "predictValues">> {
  const read = rowReader(card.schema);
  const predict = async (frame: Frame, extras: PredictExtras = {}): Promise<Float64Array> => {
    const pacer = new Pacer(extras.signal, `predicting with ${card.kind}`);
    const aligned = alignFrame(frame, card.schema);
    const [users, items] = aligned.columns as [CategoryColumn, CategoryColumn];
    const out = new Float64Array(frame.rowCount);
    for (let row = 0; row < out.length; row++) {
      if (row % BLOCK === 0) await pacer.pause();
      out[row] = score(users.codes[row]!, items.codes[row]!);
    }
    return out;
  };
  const predictValues = (values: Float64Array): number => score(values[0]!, values[1]!);
  const predictRow = (row: Row): number => predictValues(read(row));
  return { card, schema: card.schema, predict, predictRow, predictValues };
}

/** @throws LEARNER_OPTION where k is no list's length */
export function checkLength(kind: string, k: number): void {
  if (Number.isSafeInteger(k) && k >= 1) return;
  const expected = "an integer of at least 1";
  throw learnerErrors.LEARNER_OPTION({ learner: kind, option: "k", given: String(k), expected });
}

/**
 * Places of the highest scores, best first; ties go to the lower place.
 * @param usable whether a place may be given
 */
export function bestPlaces(
  scores: Float64Array,
  k: number,
  usable: (place: number) => boolean,
): number[] {
  const best: number[] = [];
  for (let place = 0; place < scores.length; place++) {
    const score = scores[place]!;
    if (best.length === k && !(score > scores[best[k - 1]!]!)) continue;
    if (!usable(place)) continue;
    let at = best.length === k ? k - 1 : best.length;
    for (; at > 0 && score > scores[best[at - 1]!]!; at--) best[at] = best[at - 1]!;
    best[at] = place;
  }
  return best;
}

/** The same, with names. */
export function bestNames(
  names: readonly string[],
  scores: Float64Array,
  k: number,
  usable: (place: number) => boolean,
): readonly Neighbour[] {
  return bestPlaces(scores, k, usable).map((place) => {
    return { name: names[place]!, score: scores[place]! };
  });
}

/** Empty lists: -1 and NaN, as they are told where they are shorter than k. */
export function unfilled(rows: number, k: number) {
  return {
    items: new Int32Array(rows * k).fill(-1),
    scores: new Float64Array(rows * k).fill(Number.NaN),
  };
}

/** A matrix as tensors, values only where the model needs them. */
export function csrTensors(name: string, { starts, indices, values }: Csr, valued: boolean) {
  return {
    [`${name}Starts`]: { shape: [starts.length], values: starts },
    [`${name}Items`]: { shape: [indices.length], values: indices },
    ...(valued ? { [`${name}Values`]: { shape: [values.length], values } } : {}),
  };
}

/** Which matrix is read from tensors, and what it must be. */
export interface CsrWish {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly valued: boolean;
}

/**
 * A matrix from tensors.
 * @throws MODEL_STATE where they are none
 */
export function restoreCsr(
  card: ModelCard,
  tensors: Readonly<Record<string, Tensor>>,
  { name, rows, columns, valued }: CsrWish,
): Csr {
  const starts = tensors[`${name}Starts`]?.values;
  const indices = tensors[`${name}Items`]?.values;
  const values = valued ? tensors[`${name}Values`]?.values : new Float32Array(0);
  const refuse = (what: string) => {
    return learnerErrors.MODEL_STATE({ kind: card.kind, reason: `matrix "${name}" ${what}` });
  };
  if (!(starts instanceof Int32Array && indices instanceof Int32Array))
    throw refuse("is not there");
  if (!(values instanceof Float32Array) || (valued && values.length !== indices.length)) {
    throw refuse("has no values");
  }
  const whole = starts.length === rows + 1 && starts[0] === 0;
  if (!whole || starts.at(-1) !== indices.length) throw refuse("is cut short");
  for (let row = 0; row < rows; row++) {
    if (starts[row + 1]! < starts[row]!) throw refuse("is out of order");
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      const before = at > starts[row]! ? indices[at - 1]! : -1;
      if (indices[at]! > before && indices[at]! < columns) continue;
      throw refuse(`has column ${indices[at]} at place ${at}`);
    }
  }
  if (values.some((value) => !(value >= 0 && value < Number.POSITIVE_INFINITY))) {
    throw refuse("holds what is no number of at least 0");
  }
  return { rows, columns, starts, indices, values };
}

/** What users took, from a model's tensors. */
export function restoreSeen(
  card: ModelCard,
  tensors: Readonly<Record<string, Tensor>>,
  valued: boolean,
): Csr {
  const { users, items } = namesOf(card);
  const size = { rows: users.length, columns: items.length };
  return restoreCsr(card, tensors, { name: "seen", ...size, valued });
}
