/** Models that score a pair by a product of factors. */
import type { ModelState, Tensor } from "../../foundation/index.js";
import type { ModelCard } from "../contract.js";
import { learnerErrors } from "../errors.js";
import { type AskedUsers, askedOf, findersOf } from "./asked.js";
import type {
  FactorModel,
  FoldedIn,
  Neighbour,
  NewInteractions,
  Recommendations,
  RecommendExtras,
} from "./contract.js";
import type { Facing, FactorParts, FactorRule, FactorSide, Folded } from "./factor-parts.js";
import {
  bestNames,
  checkLength,
  csrTensors,
  namesOf,
  pairPredictor,
  restoreSeen,
} from "./pairs.js";
import { topItems } from "./top.js";

/** Products of rows of so many numbers; summed in their order, in doubles. */
function productOf(width: number) {
  return (a: Float32Array, from: number, b: ArrayLike<number>, at: number): number => {
    let sum = 0;
    for (let j = 0; j < width; j++) sum += a[from + j]! * b[at + j]!;
    return sum;
  };
}

/** Cosines of one row with all rows. */
function cosines(factors: Float32Array, width: number, compared: number, row: number) {
  const product = productOf(compared);
  const from = row * width;
  const own = Math.sqrt(product(factors, from, factors, from));
  const out = new Float64Array(factors.length / width);
  for (let other = 0; other < out.length; other++) {
    const at = other * width;
    const size = Math.sqrt(product(factors, at, factors, at));
    const cosine = product(factors, from, factors, at) / (own * size);
    out[other] = own > 0 && size > 0 ? cosine : 0;
  }
  return out;
}

/** A new row, and what can be asked of it. */
function foldedIn(
  card: ModelCard,
  parts: FactorParts,
  facing: Facing,
  { factors, taken, unknown }: Folded,
): FoldedIn {
  const { width, base } = parts;
  const { names, which } = facing;
  const other = parts[which].factors;
  const product = productOf(width);
  const scores = () =>
    Float64Array.from(names, (_, row) => base + product(other, row * width, factors, 0));
  const best = (k: number): readonly Neighbour[] => {
    checkLength(card.kind, k);
    return bestNames(names, scores(), k, (place) => !taken.has(place));
  };
  return Object.freeze({ factors, unknown, scores, best });
}

/** Makes the model of its parts. */
export function factorModel(card: ModelCard, parts: FactorParts, rule: FactorRule): FactorModel {
  const { width, user, item, seen, base } = parts;
  const { users, items } = namesOf(card);
  const finders = findersOf(card);
  const like = (side: FactorSide, names: readonly string[], place: number, k: number) => {
    checkLength(card.kind, k);
    const found = cosines(side.factors, width, rule.compared, place);
    return bestNames(names, found, k, (other) => other !== place);
  };
  const recommend = async (
    wanted: AskedUsers,
    k: number,
    extras: RecommendExtras = {},
  ): Promise<Recommendations> => {
    const asked = askedOf({ kind: card.kind, seen, finders }, wanted, k, extras);
    const found = await topItems({
      doing: `recommending with ${card.kind}`,
      ...{ parts, asked, k, extras },
    });
    if (base !== 0)
      for (const [at, value] of found.scores.entries()) found.scores[at] = value + base;
    return Object.freeze({ users: asked.users, k, ...found });
  };
  const fold = (facing: Facing) => (taken: NewInteractions) =>
    foldedIn(card, parts, facing, rule.fold(parts, facing, taken));
  const { ones } = rule;
  const ofItems = { which: "item", names: items, find: finders.item.find, one: ones.user } as const;
  const ofUsers = { which: "user", names: users, find: finders.user.find, one: ones.item } as const;
  return Object.freeze({
    ...pairPredictor(card, pairScore(parts, rule)),
    users,
    items,
    seen,
    width,
    userFactors: user.factors,
    itemFactors: item.factors,
    base,
    recommend,
    similarItems: (name: string, k: number) => like(item, items, finders.item.place(name), k),
    similarUsers: (name: string, k: number) => like(user, users, finders.user.place(name), k),
    foldInUser: fold(ofItems),
    foldInItem: fold(ofUsers),
    state: () => factorState(parts),
  });
}

/** The score of a user and an item by place; of one that is not known only the other's bias is. */
function pairScore({ width, user, item, base }: FactorParts, { ones }: FactorRule) {
  const product = productOf(width);
  return (u: number, i: number): number => {
    if (u >= 0 && i >= 0) {
      return base + product(user.factors, u * width, item.factors, i * width);
    }
    if (u >= 0 && ones.item !== undefined) return base + user.factors[u * width + ones.item]!;
    if (i >= 0 && ones.user !== undefined) return base + item.factors[i * width + ones.user]!;
    return base;
  };
}

function factorState({ width, user, item, seen, base }: FactorParts): ModelState {
  const matrix = (values: Float32Array) => ({ shape: [values.length / width, width], values });
  const square = (name: string, values: Float64Array | undefined) =>
    values === undefined ? {} : { [name]: { shape: [width, width], values } };
  return {
    settings: { width },
    tensors: {
      userFactors: matrix(user.factors),
      itemFactors: matrix(item.factors),
      ...square("userGram", user.gram),
      ...square("itemGram", item.gram),
      base: { shape: [1], values: Float64Array.of(base) },
      ...csrTensors("seen", seen, false),
    },
  };
}

/** What a kind's factors must be. */
export interface FactorWish {
  /** Factors and biases: what the width must hold at least. */
  readonly places: number;
  /** Whether there are Gram matrices. */
  readonly grams: boolean;
}

/**
 * The parts of a factor model from its state.
 * @throws MODEL_STATE
 */
export function restoreFactors(
  card: ModelCard,
  { settings, tensors }: ModelState,
  wish: FactorWish,
): FactorParts {
  const refuse = (reason: string) => learnerErrors.MODEL_STATE({ kind: card.kind, reason });
  const { users, items } = namesOf(card);
  const { width } = settings;
  if (!Number.isSafeInteger(width) || (width as number) < 8) throw refuse("it has no width");
  const size = width as number;
  if (size < wish.places) throw refuse("it is too narrow");
  const take = (name: string, length: number): Tensor["values"] => {
    const values = tensors[name]?.values;
    if (values?.length !== length) throw refuse(`tensor "${name}" has not ${length} numbers`);
    if (values.some((value) => !Number.isFinite(value))) {
      throw refuse(`tensor "${name}" holds what is no number`);
    }
    return values;
  };
  const side = (name: "user" | "item", rows: number): FactorSide => ({
    factors: Float32Array.from(take(`${name}Factors`, rows * size)),
    ...(wish.grams ? { gram: Float64Array.from(take(`${name}Gram`, size * size)) } : {}),
  });
  return {
    width: size,
    user: side("user", users.length),
    item: side("item", items.length),
    seen: restoreSeen(card, tensors, false),
    base: take("base", 1)[0]!,
  };
}
