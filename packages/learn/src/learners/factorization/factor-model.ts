/** Models that score a pair by a product of factors. */
import type { ModelState, Tensor } from "../../foundation/index.js";
import type { ModelCard } from "../contract.js";
import { learnerErrors } from "../errors.js";
import type {
  FactorModel,
  FoldedIn,
  Neighbour,
  NewInteractions,
  Recommendations,
  RecommendExtras,
} from "./contract.js";
import type { Csr } from "./csr.js";
import { foldIn } from "./fold-in.js";
import {
  bestNames,
  checkLength,
  csrTensors,
  excludedOf,
  namesOf,
  pairPredictor,
  placeFinder,
  restoreSeen,
} from "./pairs.js";
import { topItems } from "./top.js";

/** One side of a factor model. */
export interface FactorSide {
  /** Rows × width; places beyond the factors are 0. */
  readonly factors: Float32Array;
  /** Width × width, of all rows. */
  readonly gram: Float64Array;
}

/** What a factor model is made of. */
export interface FactorParts {
  readonly width: number;
  readonly user: FactorSide;
  readonly item: FactorSide;
  readonly seen: Csr;
  /** Added to every score. */
  readonly base: number;
}

/** How rows of a kind of factor model are solved; see fold-in.ts. */
export interface FactorRule {
  /** Whether places without an observation count, as zeros. */
  readonly implicit: boolean;
  /** Places that are not solved for, and stay 1: of users, of items. */
  readonly ones: readonly [number, number] | undefined;
  /** Places that are left out where rows are compared. */
  readonly compared: number;
  /** A row's penalty is l2 · confidence ^ power. */
  readonly l2: number;
  readonly power: number;
  /** Weight of a value's square, and its linear weight. */
  readonly weigh: (value: number) => readonly [number, number];
  /** Whether a value may be given. */
  readonly accepts: (value: number) => boolean;
}

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

interface FoldSide {
  readonly side: FactorSide;
  readonly names: readonly string[];
  readonly finder: ReturnType<typeof placeFinder>;
  /** The place that stays 1. */
  readonly one: number | undefined;
}

/** Weights of the squares and linear weights, by place. */
type Gathered = ReadonlyMap<number, readonly [number, number]>;

/**
 * What is known of a new row. Counts of a name that comes again are added up before they are
 * weighed; ratings of it all count.
 * @throws WEIGHT_VALUE, TARGET_LENGTH
 */
function gather(rule: FactorRule, finder: FoldSide["finder"], given: NewInteractions) {
  const { names, values } = given;
  if (values !== undefined && values.length !== names.length) {
    const found = values.length;
    throw learnerErrors.TARGET_LENGTH({ what: "the values", found, rows: names.length });
  }
  const taken = new Map<number, readonly [number, number]>();
  const sums = new Map<number, number>();
  const unknown: string[] = [];
  for (const [row, name] of names.entries()) {
    const value = values?.[row] ?? 1;
    if (!rule.accepts(value)) throw learnerErrors.WEIGHT_VALUE({ row, value });
    const place = finder.find(name);
    if (place < 0) unknown.push(name);
    if (place < 0 || (rule.implicit && value === 0)) continue;
    const held = taken.get(place) ?? [0, 0];
    const sum = (sums.get(place) ?? 0) + value;
    sums.set(place, sum);
    const own = rule.weigh(rule.implicit ? sum : value);
    taken.set(place, rule.implicit ? own : [held[0] + own[0], held[1] + own[1]]);
  }
  return { taken: taken as Gathered, unknown };
}

/** Folds a row in that faces `other`. */
function foldInto(
  card: ModelCard,
  { parts, rule }: { parts: FactorParts; rule: FactorRule },
  { side: other, names, finder, one }: FoldSide,
  given: NewInteractions,
): FoldedIn {
  const { taken, unknown } = gather(rule, finder, given);
  const { width, base } = parts;
  const observed = [...taken.keys()];
  const weights = [...taken.values()];
  const quadratic = weights.map(([value]) => value);
  const confidence =
    quadratic.reduce((sum, value) => sum + value, 0) + (rule.implicit ? names.length : 0);
  const first = new Float64Array(width);
  if (one !== undefined) first[one] = 1;
  const factors = foldIn({
    factors: other.factors,
    width,
    gram: rule.implicit ? other.gram : undefined,
    observed,
    quadratic,
    linear: weights.map(([, value]) => value),
    penalty: confidence > 0 ? rule.l2 * confidence ** rule.power : 1,
    free: [...first.keys()].filter((place) => place !== one && usedPlace(other.gram, width, place)),
    first,
  });
  const product = productOf(width);
  const scores = () =>
    Float64Array.from(names, (_, row) => base + product(other.factors, row * width, factors, 0));
  const best = (k: number): readonly Neighbour[] => {
    checkLength(card.kind, k);
    return bestNames(names, scores(), k, (place) => !taken.has(place));
  };
  return Object.freeze({ factors, unknown, scores, best });
}

/** Places beyond the factors are 0 on both sides. */
function usedPlace(gram: Float64Array, width: number, place: number): boolean {
  return gram[place * width + place]! > 0;
}

/** Makes the model of its parts. */
export function factorModel(card: ModelCard, parts: FactorParts, rule: FactorRule): FactorModel {
  const { width, user, item, seen, base } = parts;
  const { users, items } = namesOf(card);
  const userFinder = placeFinder("user", users);
  const itemFinder = placeFinder("item", items);
  const product = productOf(width);
  const score = (u: number, i: number): number => {
    if (u >= 0 && i >= 0) {
      return base + product(user.factors, u * width, item.factors, i * width);
    }
    // Of one that is not known only the other's bias is.
    const [userOne, itemOne] = rule.ones ?? [];
    if (userOne === undefined || itemOne === undefined || (u < 0 && i < 0)) return base;
    if (u >= 0) return base + user.factors[u * width + itemOne]!;
    return base + item.factors[i * width + userOne]!;
  };
  const like = (side: FactorSide, names: readonly string[], place: number, k: number) => {
    checkLength(card.kind, k);
    const found = cosines(side.factors, width, rule.compared, place);
    return bestNames(names, found, k, (other) => other !== place);
  };
  const recommend = async (
    wanted: readonly string[] | Int32Array | "all",
    k: number,
    extras: RecommendExtras = {},
  ): Promise<Recommendations> => {
    checkLength(card.kind, k);
    const places = userFinder.all(wanted);
    const allowed = new Set(itemFinder.all(extras.only ?? "all"));
    const found = await topItems({
      doing: `recommending with ${card.kind}`,
      users: { factors: user.factors, wanted: places },
      items: { factors: item.factors, allowed: Int32Array.from(allowed).sort() },
      width,
      k,
      excluded: excludedOf(seen, extras.exclude),
      extras,
    });
    if (base !== 0)
      for (const [at, value] of found.scores.entries()) found.scores[at] = value + base;
    return Object.freeze({ users: places, k, ...found });
  };
  const [userOne, itemOne] = rule.ones ?? [];
  const both = { parts, rule };
  const ofItems = { side: item, names: items, finder: itemFinder, one: userOne };
  const ofUsers = { side: user, names: users, finder: userFinder, one: itemOne };
  return Object.freeze({
    ...pairPredictor(card, score),
    users,
    items,
    seen,
    width,
    userFactors: user.factors,
    itemFactors: item.factors,
    base,
    recommend,
    similarItems: (name: string, k: number) => like(item, items, itemFinder.place(name), k),
    similarUsers: (name: string, k: number) => like(user, users, userFinder.place(name), k),
    foldInUser: (taken: NewInteractions) => foldInto(card, both, ofItems, taken),
    foldInItem: (taken: NewInteractions) => foldInto(card, both, ofUsers, taken),
    state: () => factorState(parts),
  });
}

function factorState({ width, user, item, seen, base }: FactorParts): ModelState {
  const matrix = (values: Float32Array) => ({ shape: [values.length / width, width], values });
  const square = (values: Float64Array) => ({ shape: [width, width], values });
  return {
    settings: { width },
    tensors: {
      userFactors: matrix(user.factors),
      itemFactors: matrix(item.factors),
      userGram: square(user.gram),
      itemGram: square(item.gram),
      base: { shape: [1], values: Float64Array.of(base) },
      ...csrTensors("seen", seen, false),
    },
  };
}

/**
 * The parts of a factor model from its state.
 * @throws MODEL_STATE
 */
export function restoreFactors(card: ModelCard, { settings, tensors }: ModelState): FactorParts {
  const refuse = (reason: string) => learnerErrors.MODEL_STATE({ kind: card.kind, reason });
  const { users, items } = namesOf(card);
  const { width } = settings;
  if (!Number.isSafeInteger(width) || (width as number) < 8) throw refuse("it has no width");
  const size = width as number;
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
    gram: Float64Array.from(take(`${name}Gram`, size * size)),
  });
  return {
    width: size,
    user: side("user", users.length),
    item: side("item", items.length),
    seen: restoreSeen(card, tensors, false),
    base: take("base", 1)[0]!,
  };
}
