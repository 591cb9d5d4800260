/** What is known of dense film sets in print, beside what the stand-in has. */
import { explicitAls, type FactorModel, implicitAls, popularity, scoreLists } from "@refrain/learn";
import type { Ratings } from "refrain";
import { type Listening, partByUser, relevantOf, tableOf } from "./lastfm-data.js";

/** A fact's name, what is published, and what was measured. */
export type Fact = readonly [name: string, published: string, measured: string];

/** Measures a base; a fifth of each user's ratings is held out to predict. */
export async function denseFacts(ratings: Ratings): Promise<readonly Fact[]> {
  const { item, value, userStart, userIds, itemIds } = ratings;
  const users = userIds.length;
  const user = new Int32Array(item.length);
  for (let u = 0; u < users; u++) user.fill(u, userStart[u], userStart[u + 1]);
  const mean = value.reduce((sum, one) => sum + one, 0) / value.length;
  const spread = Math.sqrt(value.reduce((s, one) => s + (one - mean) ** 2, 0) / value.length);
  const ofUser = moments(user, value, users);
  const ofItem = moments(item, value, itemIds.length);
  const shares = [1, 2, 3, 4, 5].map((one) => {
    const count = value.reduce((sum, rating) => sum + (rating === one ? 1 : 0), 0);
    return ((100 * count) / value.length).toFixed(0);
  });
  const plain = (list: readonly number[]) => list.map((one) => one.toFixed(0)).join(", ");
  return [
    [
      "ratings, density",
      "100,000, 6.3 %",
      `${value.length}, ${percent(value.length / users / itemIds.length)}`,
    ],
    [
      "ratings a user: least, quartiles, most",
      "20, 33, 65, 148, 737",
      plain(quantiles(ofUser.count)),
    ],
    ["raters a title: least, quartiles, most", "1, 6, 27, 80, 583", plain(quantiles(ofItem.count))],
    ["mean, standard deviation", "3.53, 1.13", `${mean.toFixed(2)}, ${spread.toFixed(2)}`],
    ["ratings of 1, 2, 3, 4, 5, %", "6, 11, 27, 34, 21", shares.join(", ")],
    ["variance of users' means", ".20", ofUser.variance(false).toFixed(2)],
    ["variance of titles' means, by rating", ".27", ofItem.variance(true).toFixed(2)],
    ...(await predicted({ users, artists: itemIds.length, user, artist: item, plays: value })),
  ];
}

const dayMs = 86_400_000;
const pauseMs = 1_800_000;

/** Measures when a base was rated; what is published is from memory. */
export function timeFacts({ at, userStart, userIds }: Ratings): readonly Fact[] {
  const users = [...userIds.keys()].map((user) =>
    at!.slice(userStart[user], userStart[user + 1]).sort(),
  );
  const spans = Float64Array.from(users, (own) => own.at(-1)! - own[0]!).sort();
  const inOneDay = users.filter((own) => new Set(own.map((t) => Math.floor(t / dayMs))).size === 1);
  const gaps = users.flatMap((own) => Array.from(own.subarray(1), (time, k) => time - own[k]!));
  const inside = Float64Array.from(gaps.filter((gap) => gap <= pauseMs)).sort();
  const all = at!.slice().sort();
  const share = (count: number, of: number) => `${((100 * count) / of).toFixed(0)} %`;
  return [
    ["days from first to last", "215", ((all.at(-1)! - all[0]!) / dayMs).toFixed(0)],
    ["different seconds, of all ratings", "49 %", share(new Set(all).size, all.length)],
    ["people who rate all in one day", "more than half", share(inOneDay.length, users.length)],
    [
      "minutes from one's first rating to the last, median",
      "less than an hour to some hours",
      (spans[spans.length >> 1]! / 60_000).toFixed(0),
    ],
    [
      "pauses within sittings of at most 30 s",
      "most",
      share(inside.filter((gap) => gap <= 30_000).length, inside.length),
    ],
  ];
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function quantiles(count: Float64Array): number[] {
  const sorted = count.filter((one) => one > 0).sort();
  return [0, 0.25, 0.5, 0.75, 1].map((at) => sorted[Math.round(at * (sorted.length - 1))]!);
}

function moments(key: Int32Array, value: Float64Array, keys: number) {
  const [count, sum] = [new Float64Array(keys), new Float64Array(keys)];
  for (const [at, one] of key.entries()) {
    count[one]! += 1;
    sum[one]! += value[at]!;
  }
  const means = sum.map((one, at) => one / Math.max(1, count[at]!));
  const variance = (isByRating: boolean): number => {
    let [weights, first, second] = [0, 0, 0];
    for (const [at, one] of means.entries()) {
      const weight = isByRating ? count[at]! : Number(count[at]! > 0);
      weights += weight;
      first += weight * one;
      second += weight * one * one;
    }
    return second / weights - (first / weights) ** 2;
  };
  return { count, variance };
}

/** How well biases, factors, popularity and implicit factors foretell what is held out. */
async function predicted(data: Listening): Promise<readonly Fact[]> {
  const all = Uint32Array.from(data.user.keys());
  const { kept, held } = partByUser(data, all, 0.2, 1);
  const { frame, weight } = tableOf(data, kept);
  const test = tableOf(data, held);
  const rmse = async (model: FactorModel) => {
    const found = await model.predict(test.frame);
    const squares = found.reduce((sum, one, row) => sum + (one - test.weight[row]!) ** 2, 0);
    return Math.sqrt(squares / found.length).toFixed(3);
  };
  const factors = await explicitAls.fit(frame, weight, {
    factors: 10,
    l2: 15,
    frequencyPower: 0,
    seed: 1,
  });
  const relevant = relevantOf(data, held);
  const ndcg = (items: Int32Array) => {
    const found = scoreLists({ items, k: 10, relevant }, 10).ndcg;
    const known = found.filter((one) => !Number.isNaN(one));
    return (known.reduce((sum, one) => sum + one, 0) / known.length).toFixed(2);
  };
  const known = await popularity.fit(frame, undefined, {});
  const taste = await implicitAls.fit(frame, undefined, {
    factors: 16,
    l2: 20,
    alpha: 1,
    frequencyPower: 0,
    seed: 1,
  });
  const listed = await Promise.all([known, taste].map((model) => model.recommend("all", 10)));
  return [
    [
      "error (RMSE) of biases, of factors",
      ".94, .91 to .93",
      `${biasError(data, kept, held)}, ${await rmse(factors)}`,
    ],
    [
      "nDCG@10 of popularity, of implicit factors",
      ".2, .38 to .47",
      listed.map(({ items }) => ndcg(items)).join(", "),
    ],
  ];
}

/** Root mean squared error of shrunk means of titles, and of users beside them. */
function biasError(
  { users, artists, user, artist, plays }: Listening,
  kept: Uint32Array,
  held: Uint32Array,
) {
  const mean = kept.reduce((sum, row) => sum + plays[row]!, 0) / kept.length;
  const shrunk = (key: Int32Array, keys: number, left: (row: number) => number) => {
    const [sum, count] = [new Float64Array(keys), new Float64Array(keys).fill(5)];
    for (const row of kept) {
      sum[key[row]!]! += left(row);
      count[key[row]!]! += 1;
    }
    return sum.map((one, at) => one / count[at]!);
  };
  const ofTitle = shrunk(artist, artists, (row) => plays[row]! - mean);
  const ofUser = shrunk(user, users, (row) => plays[row]! - mean - ofTitle[artist[row]!]!);
  const squares = held.reduce((sum, row) => {
    const expected = mean + ofTitle[artist[row]!]! + ofUser[user[row]!]!;
    return sum + (plays[row]! - expected) ** 2;
  }, 0);
  return Math.sqrt(squares / held.length).toFixed(3);
}
