import { gammaLower } from "../../foundation/index.js";

/**
 * Quantile of the chi-squared distribution, by halving: good to the last digits but one.
 * @param probability above 0 and below 1
 * @param degrees of freedom, above 0
 */
export function chiSquaredQuantile(probability: number, degrees: number): number {
  let low = 0;
  let high = Math.max(1, 2 * degrees);
  while (gammaLower(degrees / 2, high / 2) < probability) high *= 2;
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (gammaLower(degrees / 2, middle / 2) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * What the covariance of the share `alpha` of normal rows that are nearest is multiplied by to be
 * that of all.
 * @source Croux & Haesbroeck 1999, as in Pison, Van Aelst & Willems 2002
 */
export function consistencyFactor(alpha: number, width: number): number {
  if (alpha >= 1) return 1;
  return alpha / gammaLower((width + 2) / 2, chiSquaredQuantile(alpha, width) / 2);
}
