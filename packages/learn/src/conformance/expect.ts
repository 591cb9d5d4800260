/** What checks say to each other: differences in words. */

import { CataloguedError } from "../foundation/index.js";

/** The largest difference of two runs of numbers; Infinity where lengths or NaN differ. */
export function largestDifference(a: Float64Array, b: Float64Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
    largest = Math.max(largest, difference);
  }
  return largest;
}

/** @returns a sentence unless all scores are equal to the bit */
export function sameScores(a: Float64Array, b: Float64Array): string | undefined {
  const difference = largestDifference(a, b);
  return difference === 0 ? undefined : `scores differ by up to ${difference}`;
}

/** @returns a sentence unless all scores are within a tolerance */
export function closeScores(a: Float64Array, b: Float64Array, most = 1e-6): string | undefined {
  const difference = largestDifference(a, b);
  return difference <= most ? undefined : `scores differ by up to ${difference}, more than ${most}`;
}

/** @returns a sentence unless every byte is equal */
export function sameBytes(a: Uint8Array, b: Uint8Array): string | undefined {
  if (a.length !== b.length) return `one file has ${a.length} bytes, the other ${b.length}`;
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return at < 0 ? undefined : `the files differ from byte ${at} on`;
}

/** @returns a sentence unless every score is a finite number (of a classifier, 0…1) */
export function soundScores(scores: Float64Array, task: string): string | undefined {
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row]!;
    if (!Number.isFinite(score)) return `row ${row} scores ${score}`;
    if (task === "classification" && !(score >= 0 && score <= 1))
      return `row ${row} scores ${score}`;
  }
  return undefined;
}

/** What a refused call said. */
export type Outcome<Result> =
  | { readonly result: Result; readonly code: undefined }
  | { readonly result: undefined; readonly code: string };

/**
 * Runs something that may be refused with a catalogued error.
 * @throws anything else that it throws
 */
export async function attempt<Result>(
  run: () => Promise<Result> | Result,
): Promise<Outcome<Result>> {
  try {
    return { result: await run(), code: undefined };
  } catch (error) {
    if (error instanceof CataloguedError) return { result: undefined, code: error.code };
    throw error;
  }
}

/**
 * @returns a sentence unless the call is refused with a catalogued error (of one of these codes)
 */
export async function refused(
  run: () => Promise<unknown> | unknown,
  codes: readonly string[] = [],
): Promise<string | undefined> {
  const { code } = await attempt(run);
  if (code === undefined) return "it was not refused";
  if (codes.length === 0 || codes.includes(code)) return undefined;
  return `it was refused with ${code}, not ${codes.join(" or ")}`;
}
