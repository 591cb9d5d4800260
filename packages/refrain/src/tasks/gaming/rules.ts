import { bestF1, type Frame } from "@refrain/learn";
import type { LabelledDays } from "./data.js";

/** A rule on one number of a user-day: at least so much is an alarm. */
export interface Rule {
  readonly name: string;
  readonly doc: string;
  /** One a row. */
  readonly score: (features: Frame) => Float64Array;
}

const column = (name: string) => (features: Frame) => Float64Array.from(features.numbers(name));

/** Plays of indie labels: all where the ratio equals the plays, else what ratio and sum leave. */
function indiePlays(features: Frame): Float64Array {
  const ratio = features.numbers("IndieToMajorRatio");
  const plays = features.numbers("totUsage");
  return Float64Array.from(plays, (total, row) =>
    ratio[row]! > total - 0.5 ? total : total - Math.round(total / (1 + ratio[row]!)),
  );
}

/** Rules of one number: what any model must beat. */
export const rules: readonly Rule[] = [
  { name: "ratio", doc: "IndieToMajorRatio alone.", score: column("IndieToMajorRatio") },
  { name: "plays", doc: "Plays alone.", score: column("totUsage") },
  { name: "album", doc: "Most plays of one album alone.", score: column("MaxSingleAlbumUse") },
  { name: "track", doc: "Most plays of one track alone.", score: column("MaxSingleTrackUse") },
  { name: "artist", doc: "Most plays of one artist alone.", score: column("MaxSingleArtistUse") },
  { name: "indie-plays", doc: "Plays of indie labels, from ratio and plays.", score: indiePlays },
];

/** The rule's threshold on marked rows. */
export function ruleThreshold({ score }: Rule, { features, label }: LabelledDays): number {
  return bestF1(label, score(features)).threshold;
}
