import { rowsWhere } from "../../evaluation/index.js";
import { type LabelledDays, takeDays } from "./data.js";
import type { GamingFit } from "./fit-gaming.js";
import { type ReasonOptions, reasonsOf } from "./reasons.js";

/** A mark by hand that the model disputes. */
export interface Dispute {
  readonly user: string;
  readonly marked: boolean;
  readonly score: number;
  /** Ratio, plays, album, track, artist as published. */
  readonly values: readonly number[];
  readonly reasons: readonly string[];
}

const disputesShown = 12;

/**
 * The validation marks that models which have not seen their users contradict most: on either side
 * of the threshold, the furthest first.
 */
export async function disputedMarks(
  { gaming, chosen: { scores } }: GamingFit,
  validation: LabelledDays,
  options: Omit<ReasonOptions, "most">,
): Promise<Dispute[]> {
  const { label, features } = validation;
  const threshold = gaming.threshold ?? Number.POSITIVE_INFINITY;
  const against = (marked: number): number[] =>
    [...rowsWhere(label.length, (row) => label[row] === marked)]
      .filter((row) => scores[row]! >= threshold !== (marked === 1))
      .sort((a, b) => (marked === 1 ? 1 : -1) * (scores[a]! - scores[b]!) || a - b)
      .slice(0, disputesShown);
  const rows = Uint32Array.from([...against(1), ...against(0)]);
  if (rows.length === 0) return [];
  const some = takeDays(validation, rows);
  const reasons = await reasonsOf(gaming.model, gaming.profile, some.features, {
    ...options,
    most: 2,
  });
  return Array.from(rows, (row, place) => ({
    user: validation.users[row]!,
    marked: label[row] === 1,
    score: scores[row]!,
    values: features.columns.map(({ name }) => features.numbers(name)[row]!),
    reasons: reasons[place]!.map(({ text }) => text),
  }));
}
