/** Points in (0, 1) and their weights: sums over them integrate polynomials exactly. */
export interface GaussRule {
  /** Ascending. */
  readonly points: Float64Array;
  /** Sum 1. */
  readonly weights: Float64Array;
}

/** Legendre's polynomial of a degree and its derivative, at x in (-1, 1). */
function legendre(degree: number, x: number): readonly [number, number] {
  let before = 1;
  let value = x;
  for (let k = 2; k <= degree; k++) {
    [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
  }
  return [value, (degree * (x * value - before)) / (x * x - 1)];
}

/** The one root between two places where signs differ, to the last bit. */
function rootBetween(degree: number, low: number, high: number): number {
  const rising = legendre(degree, high)[0] > 0;
  let [from, to] = [low, high];
  for (;;) {
    const middle = (from + to) / 2;
    if (middle <= from || middle >= to) return middle;
    if (legendre(degree, middle)[0] > 0 === rising) to = middle;
    else from = middle;
  }
}

const rules: GaussRule[] = [];

/**
 * The rule of Gauss and Legendre on (0, 1): exact up to degree 2 · count - 1. By arithmetic alone,
 * so that its bits are the same everywhere.
 * @param count points, ≥ 1
 */
export function gaussRule(count: number): GaussRule {
  const known = rules[count];
  if (known !== undefined) return known;
  // Roots of one degree part those of the next.
  let roots = [0];
  for (let degree = 2; degree <= count; degree++) {
    const borders = [-1, ...roots, 1];
    roots = Array.from({ length: degree }, (_, k) =>
      rootBetween(degree, borders[k]!, borders[k + 1]!),
    );
  }
  const weights = roots.map((x) => 1 / ((1 - x * x) * legendre(count, x)[1] ** 2));
  const rule = {
    points: Float64Array.from(roots, (x) => (1 + x) / 2),
    weights: Float64Array.from(weights),
  };
  rules[count] = rule;
  return rule;
}
