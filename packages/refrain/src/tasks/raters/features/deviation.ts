import { columnsOf, type FeatureValues, type RatingContext } from "./context.js";

const names = [
  "rdma",
  "wdma",
  "wda",
  "meanDeviation",
  "signedDeviation",
  "residualSpread",
  "itemAgreement",
  "meanVarPush",
  "meanVarNuke",
  "fmtd",
  "farShare",
] as const;

/**
 * How far a user's ratings are from those of the items' other raters. Deviations are from the mean
 * without the user's own rating, so that an item of one rater says nothing.
 * @source Chirita, Nejdl & Zamfir 2005 (RDMA); Burke, Mobasher & Williams 2006 (WDMA, WDA, MeanVar,
 *   FMTD)
 */
export function deviationFeatures(context: RatingContext): FeatureValues {
  const columns = columnsOf(names, context.users);
  for (let user = 0; user < context.users; user++) fillUser(context, user, columns);
  return columns;
}

/** Mean of an item's other raters; the mean of all where there are none. */
export function otherMean(context: RatingContext, item: number, value: number): number {
  const count = context.count[item]!;
  // Two ratings' worth of the mean of all: one other rater alone is no norm.
  const others = context.itemMean[item]! * count - value;
  return (others + 2 * context.mean) / (count + 1);
}

function fillUser(
  context: RatingContext,
  user: number,
  columns: Record<(typeof names)[number], Float64Array>,
): void {
  const { ratings, count, size, userMean, deviation } = context;
  const { userStart, item, value } = ratings;
  const [from, to] = [userStart[user]!, userStart[user + 1]!];
  const n = Math.max(1, size[user]!);
  let [highest, lowest] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let k = from; k < to; k++) {
    highest = Math.max(highest, value[k]!);
    lowest = Math.min(lowest, value[k]!);
  }
  let [rdma, wdma, wda, absolute, signed, squares, far] = [0, 0, 0, 0, 0, 0, 0];
  let [cross, own, norm, normMean] = [0, 0, 0, 0];
  const rest = { push: [0, 0, 0], nuke: [0, 0, 0] };
  for (let k = from; k < to; k++) normMean += otherMean(context, item[k]!, value[k]!) / n;
  for (let k = from; k < to; k++) {
    const raters = count[item[k]!]!;
    const expected = otherMean(context, item[k]!, value[k]!);
    const off = value[k]! - expected;
    rdma += Math.abs(off) / raters;
    wdma += Math.abs(off) / raters ** 2;
    wda += Math.abs(off) / raters;
    absolute += Math.abs(off);
    signed += off;
    squares += off * off;
    far += Math.abs(off) > 1.5 * deviation ? 1 : 0;
    cross += (value[k]! - userMean[user]!) * (expected - normMean);
    own += (value[k]! - userMean[user]!) ** 2;
    norm += (expected - normMean) ** 2;
    tally(rest.push, value[k]! === highest, off, value[k]!);
    tally(rest.nuke, value[k]! === lowest, off, value[k]!);
  }
  columns.rdma[user] = rdma / n;
  columns.wdma[user] = wdma / n;
  columns.wda[user] = wda;
  columns.meanDeviation[user] = absolute / n;
  columns.signedDeviation[user] = signed / n;
  columns.residualSpread[user] = Math.sqrt(Math.max(0, squares / n - (signed / n) ** 2));
  columns.itemAgreement[user] = own > 0 && norm > 0 ? cross / Math.sqrt(own * norm) : 0;
  columns.meanVarPush[user] = rest.push[0]! > 0 ? rest.push[1]! / rest.push[0]! : 0;
  columns.meanVarNuke[user] = rest.nuke[0]! > 0 ? rest.nuke[1]! / rest.nuke[0]! : 0;
  columns.fmtd[user] =
    to > from ? Math.max(gap(rest.push, n, highest), gap(rest.nuke, n, lowest)) : 0;
  columns.farShare[user] = far / n;
}

/** Counts what is not of the extreme class: number, squared deviations, sum of ratings. */
function tally(rest: number[], isExtreme: boolean, off: number, value: number): void {
  if (isExtreme) return;
  rest[0]! += 1;
  rest[1]! += off * off;
  rest[2]! += value;
}

function gap(rest: readonly number[], n: number, extreme: number): number {
  return rest[0]! > 0 && rest[0]! < n ? Math.abs(extreme - rest[2]! / rest[0]!) : 0;
}
