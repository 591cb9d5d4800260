import { log } from "@refrain/learn";
import { amongLikeSizes, type OthersPlaces, placeRank } from "./choice-evidence.js";
import { columnsOf, type FeatureValues, type RatingContext } from "./context.js";
import { otherMean } from "./deviation.js";
import { PersonEvidence, spreadsOf, type Units } from "./person-evidence.js";
import { inOrder, sessionsOf } from "./sessions.js";

const names = ["twoInTime", "twoSessions", "longestPause"] as const;
const hour = 3_600_000;
/** Places of titles by others' choices, their fame, and how far ratings are off. */
const measures = placeRank + 2;

/**
 * Whether sessions are two people's. Ratings have measures (the title's places by others' choices,
 * its fame, how far the rating is off the others'). If x_i are a session's means of n_i ratings, w
 * the variance within sessions, v between one person's, b between people, p_i = 1 / (w / n_i + v),
 * P = Σ p_i and T = Σ p_i x_i, sessions have the log Bayes factor
 *   E = ½ Σ (T² / (P + 1/b) - log(1 + b P))   over the measures
 * of one person against nobody in particular. `twoInTime` is the highest E(A) + E(B) - E(A ∪ B) of
 * sessions before and after some time; `twoSessions` that of sessions in any order, among accounts
 * of as many sessions; `longestPause` log(1 + hours) of the longest time between two sessions.
 */
export function twoPeopleFeatures(context: RatingContext, others: OthersPlaces): FeatureValues {
  const { users, ratings } = context;
  if (!ratings.at) return {};
  const at = ratings.at;
  const columns = columnsOf(names, users);
  const sessions = Array.from({ length: users }, (_, user) =>
    sessionsOf(inOrder(context, user), at),
  );
  const off = ratings.value.map((one, k) => one - otherMean(context, ratings.item[k]!, one));
  const fame = context.count.map((one) => log(1 + one));
  for (const [part, place] of others.places.entries()) {
    const own = [...others.partOf.keys()].filter((user) => others.partOf[user] === part);
    const scale = scaleOf(context, place, fame);
    const measure = (k: number, into: Float64Array) => {
      const item = ratings.item[k]!;
      for (let j = 0; j < placeRank; j++) into[j] = place[item * placeRank + j]!;
      into[placeRank] = fame[item]!;
      into[placeRank + 1] = off[k]!;
      for (let j = 0; j < measures; j++) into[j] = (into[j]! - scale.mean[j]!) * scale.inverse[j]!;
    };
    const evidence = evidenceOf(
      own.map((user) => sessions[user]!),
      measure,
    );
    for (const [row, user] of own.entries()) {
      columns.twoInTime[user] = evidence.inTime(row);
      columns.twoSessions[user] = evidence.anyhow(row);
    }
  }
  const count = Float64Array.from(sessions, (own) => own.length);
  columns.twoSessions.set(amongLikeSizes(columns.twoSessions, count));
  for (const [user, own] of sessions.entries()) {
    const pauses = own.slice(1).map((one, k) => at[one[0]!]! - at[own[k]!.at(-1)!]!);
    const longest = pauses.reduce((most, pause) => Math.max(most, pause), 0);
    columns.longestPause[user] = log(1 + longest / hour);
  }
  return columns;
}

/** Means of the measures, and the inverse of their standard deviations. */
function scaleOf(
  { ratings, count, deviation }: RatingContext,
  place: Float64Array,
  fame: Float64Array,
) {
  const [mean, squares] = [new Float64Array(measures), new Float64Array(measures)];
  const all = ratings.item.length;
  for (let item = 0; item < count.length; item++) {
    for (let j = 0; j <= placeRank; j++) {
      const x = j < placeRank ? place[item * placeRank + j]! : fame[item]!;
      mean[j]! += (count[item]! * x) / all;
      squares[j]! += (count[item]! * x * x) / all;
    }
  }
  squares[placeRank + 1] = deviation ** 2;
  const inverse = squares.map((one, j) => 1 / Math.sqrt(Math.max(1e-300, one - mean[j]! ** 2)));
  return { mean, inverse };
}

/** Units of accounts, measured. */
function evidenceOf(
  accounts: readonly (readonly (readonly number[])[])[],
  measure: (k: number, into: Float64Array) => void,
): PersonEvidence {
  const start = new Int32Array(accounts.length + 1);
  for (const [row, units] of accounts.entries()) start[row + 1] = start[row]! + units.length;
  const size = new Float64Array(start.at(-1)!);
  const mean = new Float64Array(start.at(-1)! * measures);
  const squares = new Float64Array(measures);
  const x = new Float64Array(measures);
  let unit = 0;
  for (const units of accounts) {
    for (const places of units) {
      size[unit] = places.length;
      const own = mean.subarray(unit * measures, (unit + 1) * measures);
      for (const k of places) {
        measure(k, x);
        for (let j = 0; j < measures; j++) {
          own[j]! += x[j]! / places.length;
          squares[j]! += x[j]! * x[j]!;
        }
      }
      for (let j = 0; j < measures; j++) squares[j]! -= places.length * own[j]! ** 2;
      unit += 1;
    }
  }
  const units: Units = { measures, start, size, mean };
  return new PersonEvidence(units, spreadsOf(units, squares));
}
