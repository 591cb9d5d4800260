import { exp, log } from "../../foundation/index.js";

const EULER_GAMMA = 0.5772156649015329;

/**
 * Steps that a search for an absent value takes on average in a binary search tree: what an
 * unfinished branch is still worth, and what lengths of paths are measured by.
 * @param rows in the tree or branch
 * @returns c(n); 0 for none or one, 1 for two
 * @source Liu, Ting, Zhou 2008, "Isolation Forest", eq. 1
 */
export function averagePathLength(rows: number): number {
  if (rows <= 1) return 0;
  if (rows === 2) return 1;
  return 2 * (log(rows - 1) + EULER_GAMMA) - (2 * (rows - 1)) / rows;
}

/**
 * What a leaf adds to a row's margin, which is the logarithm of its score to the base of 2.
 * @param depth cuts above the leaf
 * @param rows of the sample that came to it
 * @param forest trees that are added up, and rows that each drew
 */
export function leafMargin(
  depth: number,
  rows: number,
  forest: { readonly trees: number; readonly sampled: number },
): number {
  const usual = averagePathLength(Math.max(forest.sampled, 2));
  return -(depth + averagePathLength(rows)) / (forest.trees * usual);
}

/** Cuts above a leaf at most: rows that are still together then are nothing special. */
export function heightLimit(sampled: number): number {
  let height = 0;
  while (2 ** height < sampled) height += 1;
  return height;
}

/**
 * Scores of margins, in place: 2^margin.
 * @source Liu, Ting, Zhou 2008, eq. 2
 */
export function scoreOf(margin: number): number {
  return exp(margin * Math.LN2);
}
