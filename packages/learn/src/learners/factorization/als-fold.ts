/** New users and items of alternating least squares: rows that are solved exactly, at once. */
import { learnerErrors } from "../errors.js";
import type { NewInteractions } from "./contract.js";
import type { Facing, FactorParts, Folded } from "./factor-parts.js";
import { foldIn } from "./fold-in.js";

/** How rows are solved; see fold-in.ts. */
export interface AlsRule {
  /** Whether places without an observation count, as zeros. */
  readonly implicit: boolean;
  /** A row's penalty is l2 · confidence ^ power. */
  readonly l2: number;
  readonly power: number;
  /** Weight of a value's square, and its linear weight. */
  readonly weigh: (value: number) => readonly [number, number];
  /** Whether a value may be given. */
  readonly accepts: (value: number) => boolean;
}

/**
 * Goes through what a new row is made of.
 * @param see called for each name that the model knows, with its place
 * @returns names that it does not know
 * @throws WEIGHT_VALUE, TARGET_LENGTH
 */
export function eachTaken(
  { names, values }: NewInteractions,
  find: Facing["find"],
  accepts: AlsRule["accepts"],
  see: (place: number, value: number) => void,
): readonly string[] {
  if (values !== undefined && values.length !== names.length) {
    const found = values.length;
    throw learnerErrors.TARGET_LENGTH({ what: "the values", found, rows: names.length });
  }
  const unknown: string[] = [];
  for (const [row, name] of names.entries()) {
    const value = values?.[row] ?? 1;
    if (!accepts(value)) throw learnerErrors.WEIGHT_VALUE({ row, value });
    const place = find(name);
    if (place < 0) unknown.push(name);
    else see(place, value);
  }
  return unknown;
}

/**
 * Weights of squares and linear weights, by place. Counts of a name that comes again are added up
 * before they are weighed; ratings of it all count.
 */
function gather(rule: AlsRule, find: Facing["find"], given: NewInteractions) {
  const taken = new Map<number, readonly [number, number]>();
  const sums = new Map<number, number>();
  const unknown = eachTaken(given, find, rule.accepts, (place, value) => {
    if (rule.implicit && value === 0) return;
    const held = taken.get(place) ?? [0, 0];
    const sum = (sums.get(place) ?? 0) + value;
    sums.set(place, sum);
    const own = rule.weigh(rule.implicit ? sum : value);
    taken.set(place, rule.implicit ? own : [held[0] + own[0], held[1] + own[1]]);
  });
  return { taken, unknown };
}

/** The fold of a kind of alternating least squares. */
export function alsFold(rule: AlsRule) {
  return (
    parts: FactorParts,
    { which, names, find, one }: Facing,
    given: NewInteractions,
  ): Folded => {
    const { taken, unknown } = gather(rule, find, given);
    const { width } = parts;
    const { factors: facing, gram } = parts[which];
    const weights = [...taken.values()];
    const quadratic = weights.map(([value]) => value);
    const confidence =
      quadratic.reduce((sum, value) => sum + value, 0) + (rule.implicit ? names.length : 0);
    const first = new Float64Array(width);
    if (one !== undefined) first[one] = 1;
    // Places beyond the factors are 0 on both sides.
    const used = (place: number) => gram![place * width + place]! > 0;
    const factors = foldIn({
      factors: facing,
      width,
      gram: rule.implicit ? gram : undefined,
      observed: [...taken.keys()],
      quadratic,
      linear: weights.map(([, value]) => value),
      penalty: confidence > 0 ? rule.l2 * confidence ** rule.power : 1,
      free: [...first.keys()].filter((place) => place !== one && used(place)),
      first,
    });
    return { factors, taken, unknown };
  };
}
