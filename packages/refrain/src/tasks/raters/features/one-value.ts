import { lgamma, log } from "@refrain/learn";
import { columnsOf, type FeatureValues, type RatingContext } from "./context.js";

/** How a base spreads over the values of its scale, and how alike one user's ratings are. */
interface Spread {
  /** Mean share of each value over users. */
  readonly share: ReadonlyMap<number, number>;
  /** How firmly users keep to the mean shares, the sum of the Dirichlet's parameters. */
  readonly strength: number;
}

/**
 * How surprising it is that a user gives one value so often: -log of the chance to see the most
 * frequent value as many times in as many ratings, where users' shares are a Dirichlet about the
 * base's. Three equal ratings surprise little, thirty do, and the usual value less than others.
 * @source Hooi et al. 2016, "BIRDNEST" (Dirichlet-multinomial raters)
 */
export function oneValueFeatures(context: RatingContext): FeatureValues {
  const { users, ratings } = context;
  const columns = columnsOf(["oneValue"], users);
  const tallies = Array.from({ length: users }, (_, user) => {
    const tally = new Map<number, number>();
    for (let k = ratings.userStart[user]!; k < ratings.userStart[user + 1]!; k++) {
      tally.set(ratings.value[k]!, (tally.get(ratings.value[k]!) ?? 0) + 1);
    }
    return tally;
  });
  const { share, strength } = spreadOf(tallies, context.size);
  for (const [user, tally] of tallies.entries()) {
    for (const [value, times] of tally) {
      const mean = share.get(value)!;
      const rest = Math.max(1e-9, 1 - mean);
      const surprise = -logTail(times, context.size[user]!, [strength * mean, strength * rest]);
      columns.oneValue[user] = Math.max(columns.oneValue[user]!, surprise);
    }
  }
  return columns;
}

/**
 * Two ratings of one user agree more often than two of different users: of what would be left to
 * chance, a share of 1 / (1 + strength).
 */
function spreadOf(tallies: readonly ReadonlyMap<number, number>[], size: Float64Array): Spread {
  const share = new Map<number, number>();
  let [agree, users] = [0, 0];
  for (const [user, tally] of tallies.entries()) {
    const n = size[user]!;
    if (n < 2) continue;
    users += 1;
    for (const times of tally.values()) agree += (times * (times - 1)) / (n * (n - 1));
  }
  for (const [user, tally] of tallies.entries()) {
    for (const [value, times] of tally) {
      share.set(value, (share.get(value) ?? 0) + times / size[user]! / tallies.length);
    }
  }
  const chance = [...share.values()].reduce((sum, one) => sum + one * one, 0);
  const excess = (agree / Math.max(1, users) - chance) / Math.max(1e-9, 1 - chance);
  const kept = Math.min(1 - 1e-6, Math.max(1e-3, excess));
  return { share, strength: 1 / kept - 1 };
}

/** log of the chance of `times` or more of n, beta-binomial. */
function logTail(times: number, n: number, [alpha, beta]: readonly [number, number]): number {
  const choose = lgamma(n + 1) - lgamma(times + 1) - lgamma(n - times + 1);
  const seen = lgamma(alpha + times) + lgamma(beta + n - times) - lgamma(alpha + beta + n);
  const before = lgamma(alpha) + lgamma(beta) - lgamma(alpha + beta);
  let [sum, term] = [1, 1];
  for (let k = times; k < n; k++) {
    term *= ((n - k) * (alpha + k)) / ((k + 1) * (beta + n - k - 1));
    sum += term;
  }
  return choose + seen - before + log(sum);
}
