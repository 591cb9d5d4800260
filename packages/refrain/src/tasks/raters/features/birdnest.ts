import { lgamma, log } from "@refrain/learn";
import { columnsOf, type FeatureValues, type RatingContext } from "./context.js";
import { binOf, ratingBins } from "./shape.js";

const clusters = 4;
const rounds = 12;

/** Dirichlet parameters of one group of users, and the group's share. */
interface Cluster {
  readonly alpha: Float64Array;
  share: number;
}

/**
 * Bayesian surprise of a user's histogram of ratings under a mixture of Dirichlet-multinomials
 * fitted to all users: -log of the mixture's density at the user's posterior mean, so that few
 * ratings surprise little. Where ratings have times, log-gaps between them likewise.
 * @source Hooi et al. 2016, "BIRDNEST"
 */
export function surpriseFeatures(context: RatingContext): FeatureValues {
  const { users, ratings } = context;
  const columns = columnsOf(["ratingSurprise", "clusterShare"], users);
  const counts = new Float64Array(users * ratingBins);
  for (let user = 0; user < users; user++) {
    for (let k = ratings.userStart[user]!; k < ratings.userStart[user + 1]!; k++) {
      counts[user * ratingBins + binOf(context, ratings.value[k]!)]! += 1;
    }
  }
  surprise(counts, ratingBins, columns.ratingSurprise, columns.clusterShare);
  if (!ratings.at) return columns;
  const { gaps, bins } = gapCounts(context);
  const timed = columnsOf(["gapSurprise", "gapClusterShare"], users);
  surprise(gaps, bins, timed.gapSurprise, timed.gapClusterShare);
  return { ...columns, ...timed };
}

/** Histogram of log10 of the seconds between a user's ratings in order of time: users × 8. */
function gapCounts({ ratings, users }: RatingContext): { gaps: Float64Array; bins: number } {
  const bins = 8;
  const gaps = new Float64Array(users * bins);
  for (let user = 0; user < users; user++) {
    const times = ratings.at!.slice(ratings.userStart[user], ratings.userStart[user + 1]).sort();
    for (let k = 1; k < times.length; k++) {
      const seconds = (times[k]! - times[k - 1]!) / 1000;
      if (Number.isNaN(seconds)) continue;
      const bin = Math.min(bins - 1, Math.floor(log(1 + seconds) / log(10)));
      gaps[user * bins + bin]! += 1;
    }
  }
  return { gaps, bins };
}

function surprise(
  counts: Float64Array,
  bins: number,
  out: Float64Array,
  shareOut: Float64Array,
): void {
  const mixture = fitMixture(counts, bins);
  const posterior = new Float64Array(bins);
  for (let user = 0; user < out.length; user++) {
    const own = counts.subarray(user * bins, (user + 1) * bins);
    const chances = mixture.map((cluster) => likelihood(own, cluster));
    const best = chances.indexOf(Math.max(...chances));
    const { alpha } = mixture[best]!;
    const total = sum(alpha) + sum(own);
    for (let b = 0; b < bins; b++) posterior[b] = (alpha[b]! + own[b]!) / total;
    const densities = mixture.map((cluster) => density(posterior, cluster));
    const top = Math.max(...densities);
    // The highest term of the sum; the others change it by less than log 4.
    out[user] = -top;
    shareOut[user] = mixture[best]!.share;
  }
}

function fitMixture(counts: Float64Array, bins: number): readonly Cluster[] {
  const users = counts.length / bins;
  // Beginnings that differ: all alike, high, low, and the ends.
  let mixture: Cluster[] = Array.from({ length: clusters }, (_, c) => ({
    alpha: Float64Array.from({ length: bins }, (_, b) => startOf(c, b / Math.max(1, bins - 1))),
    share: 1 / clusters,
  }));
  for (let round = 0; round < rounds; round++) {
    const means = mixture.map(() => new Float64Array(bins).fill(0.01));
    const sizes = new Float64Array(clusters).fill(1);
    for (let user = 0; user < users; user++) {
      const own = counts.subarray(user * bins, (user + 1) * bins);
      const n = sum(own);
      if (n === 0) continue;
      const chances = mixture.map((cluster) => likelihood(own, cluster));
      const c = chances.indexOf(Math.max(...chances));
      sizes[c]! += 1;
      for (let b = 0; b < bins; b++) means[c]![b]! += own[b]! / n;
    }
    mixture = mixture.map((cluster, c) => {
      const total = sum(means[c]!);
      const strength = sum(cluster.alpha);
      const alpha = means[c]!.map((one) => Math.max(0.05, (strength * one) / total));
      return { alpha, share: sizes[c]! / (users + clusters) };
    });
  }
  return mixture;
}

function startOf(cluster: number, place: number): number {
  const shapes = [1, 0.2 + 2 * place, 0.2 + 2 * (1 - place), 0.2 + 2 * Math.abs(2 * place - 1)];
  return shapes[cluster]!;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** log of share × Dirichlet-multinomial likelihood, without what all clusters share. */
function likelihood(own: Float64Array, { alpha, share }: Cluster): number {
  const strength = sum(alpha);
  let total = log(share) + lgamma(strength) - lgamma(strength + sum(own));
  for (let b = 0; b < own.length; b++) {
    if (own[b]! > 0) total += lgamma(alpha[b]! + own[b]!) - lgamma(alpha[b]!);
  }
  return total;
}

/** log of share × Dirichlet density. */
function density(point: Float64Array, { alpha, share }: Cluster): number {
  let total = log(share) + lgamma(sum(alpha));
  for (let b = 0; b < point.length; b++) {
    total += (alpha[b]! - 1) * log(point[b]!) - lgamma(alpha[b]!);
  }
  return total;
}
