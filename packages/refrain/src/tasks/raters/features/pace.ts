import { log } from "@refrain/learn";
import { choiceRank as rank } from "./components.js";
import { columnsOf, type FeatureValues, type RatingContext } from "./context.js";
import { biasResiduals } from "./latent.js";
import { inOrder, sessionPause, sessionsOf } from "./sessions.js";
import type { Subspace } from "./subspace.js";
import { unitRows } from "./taste-mixture.js";

const names = [
  "paceSpread",
  "paceLowest",
  "paceShift",
  "hurriedShare",
  "hurriedCount",
  "sessionLean",
  "sessionTaste",
] as const;

/** Gaps of a session that tell its pace. */
const leastGaps = 4;

/**
 * Whether one hand rates: how far an account's pace within sessions spreads and shifts from one
 * session to another, gaps that are below any single person's, and whether leans and tastes are
 * more alike within sessions than across them. Two who share an account rate in turn, or at once.
 * @param choice directions of what is rated together
 */
export function paceFeatures(context: RatingContext, choice: Subspace): FeatureValues {
  const { users, ratings } = context;
  if (!ratings.at) return {};
  const columns = columnsOf(names, users);
  const embedding = unitRows(choice);
  const residual = biasResiduals(context);
  const orders = Array.from({ length: users }, (_, user) => inOrder(context, user));
  const hurry = hurriedGap(ratings.at, orders);
  for (const [user, order] of orders.entries()) {
    const sessions = sessionsOf(order, ratings.at);
    const gaps = sessions.flatMap((one) => gapsOf(one, ratings.at!));
    // Two people at once are quicker than anybody alone.
    const hurried = gaps.filter((gap) => gap < hurry).length;
    columns.hurriedShare[user] = hurried / Math.max(1, order.length - 1);
    columns.hurriedCount[user] = log(1 + hurried);
    if (gaps.length < leastGaps) continue;
    const logs = Float64Array.from(gaps, (gap) => log(1000 + gap)).sort();
    const middle = logs[logs.length >> 1]!;
    const mean = logs.reduce((sum, one) => sum + one, 0) / logs.length;
    const squares = logs.reduce((sum, one) => sum + (one - mean) ** 2, 0);
    columns.paceSpread[user] = Math.sqrt(squares / logs.length);
    columns.paceLowest[user] = logs[Math.floor(logs.length / 20)]! - middle;
    columns.paceShift[user] = shiftOf(sessions, ratings.at);
    columns.sessionLean[user] = alike(sessions, (k) => [residual[k]!], 1);
    const vector = (k: number) =>
      embedding.subarray(ratings.item[k]! * rank, (ratings.item[k]! + 1) * rank);
    columns.sessionTaste[user] = alike(sessions, vector, rank);
  }
  return columns;
}

function gapsOf(session: readonly number[], at: Float64Array): number[] {
  return session.slice(1).map((k, place) => at[k]! - at[session[place]!]!);
}

/** The gap that one in two hundred of all gaps within sessions undercuts, milliseconds. */
function hurriedGap(at: Float64Array, orders: readonly Int32Array[]): number {
  const gaps: number[] = [];
  for (const order of orders) {
    for (let k = 1; k < order.length; k++) {
      const gap = at[order[k]!]! - at[order[k - 1]!]!;
      if (gap <= sessionPause) gaps.push(gap);
    }
  }
  const sorted = Float64Array.from(gaps).sort();
  return sorted[Math.floor(sorted.length / 200)] ?? 0;
}

/** Standard deviation of the sessions' median log gaps, each weighing as it has gaps. */
function shiftOf(sessions: readonly (readonly number[])[], at: Float64Array): number {
  let [weight, sum, squares] = [0, 0, 0];
  for (const session of sessions) {
    const logs = Float64Array.from(gapsOf(session, at), (gap) => log(1000 + gap)).sort();
    if (logs.length < leastGaps) continue;
    const middle = logs[logs.length >> 1]!;
    weight += logs.length;
    sum += logs.length * middle;
    squares += logs.length * middle * middle;
  }
  return weight > 0 ? Math.sqrt(Math.max(0, squares / weight - (sum / weight) ** 2)) : 0;
}

/** Mean product of pairs within sessions less that of pairs across them. */
function alike(
  sessions: readonly (readonly number[])[],
  vectorOf: (k: number) => ArrayLike<number>,
  size: number,
): number {
  const whole = new Float64Array(size);
  let [inside, pairs, norms, count] = [0, 0, 0, 0];
  for (const session of sessions) {
    const own = new Float64Array(size);
    let squares = 0;
    for (const k of session) {
      const vector = vectorOf(k);
      for (let j = 0; j < size; j++) {
        own[j]! += vector[j]!;
        whole[j]! += vector[j]!;
        squares += vector[j]! ** 2;
      }
    }
    inside += own.reduce((sum, one) => sum + one * one, 0) - squares;
    pairs += session.length * (session.length - 1);
    norms += squares;
    count += session.length;
  }
  const across = whole.reduce((sum, one) => sum + one * one, 0) - norms - inside;
  const others = count * (count - 1) - pairs;
  return pairs > 0 && others > 0 ? inside / pairs - across / others : 0;
}
