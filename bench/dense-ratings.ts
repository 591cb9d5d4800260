/**
 * A dense film set, made up: 943 people, 1,682 titles, 100,000 ratings of 1 to 5. It stands in for
 * published sets of that shape; `dense-facts.ts` measures it beside what is known, and
 * `dense-times.ts` says when its people rate, where times are wanted.
 *
 * A title i has a fame f_i (its rank's quantile of how often such titles are rated), one to three
 * of ten genres g_i (length 1), an era e_i, and a worth q_i = .16 z(f_i) + .64 N. A person u has a
 * length n_u = 19 + lognormal, a taste t_u ~ N(0, I), a habit of choosing c_u = .6 t_u + .8 N (what
 * is met is not only what is liked), an era of their own, a lean b_u, and a way to use the scale:
 * stretch s_u, and for some a lowest or highest rating that they never pass.
 *
 * Chosen are the n_u titles of the highest
 *   a_u f_i + 1.4 c_u·g_i + .6 e_u e_i + .35 (.5 t_u·g_i + q_i) + Gumbel
 * (Gumbel noise makes it a draw without replacement by weights), a_u = fashion, lognormal. Rated as
 *   3.1 + b_u + s_u (q_i + .5 t_u·g_i + σ_u N), rounded and cut to the person's part of the scale.
 */
import { exp, log, RandomStream } from "@refrain/learn";
import { buildRatings, type Ratings } from "refrain";
import { denseTimes } from "./dense-times.js";

const people = 943;
const titles = 1_682;
const total = 100_000;
const genres = 10;

/** Quantiles of how often titles are rated, by share of the titles, the least known first. */
const fameQuantiles = [
  [0, 0.5],
  [0.084, 1.2],
  [0.25, 6],
  [0.5, 27],
  [0.75, 80],
  [0.9, 170],
  [0.98, 330],
  [1, 600],
] as const;

interface Title {
  readonly fame: number;
  readonly worth: number;
  readonly era: number;
  readonly genre: Float64Array;
}

interface Person {
  readonly wanted: number;
  readonly fashion: number;
  readonly taste: Float64Array;
  readonly choice: Float64Array;
  readonly era: number;
  readonly lean: number;
  readonly stretch: number;
  readonly noise: number;
  readonly lowest: number;
  readonly highest: number;
}

/** The stand-in of a seed; the same seed gives the same ratings, with times or without. */
export function denseRatings(seed: number, { times = false } = {}): Ratings {
  const all = drawTitles(seed);
  const crowd = Array.from({ length: people }, (_, index) => drawPerson(seed, index));
  const lengths = lengthsOf(crowd);
  const [user, item, value]: [number[], number[], number[]] = [[], [], []];
  const at: number[] = [];
  for (const [index, person] of crowd.entries()) {
    const random = new RandomStream(seed, "dense ratings", index);
    const keys = Float64Array.from(all, (title) => interest(person, title) + gumbel(random));
    const order = Int32Array.from(keys.keys()).sort((a, b) => keys[b]! - keys[a]! || a - b);
    const own = order.subarray(0, lengths[index]).sort();
    for (const chosen of own) {
      user.push(index);
      item.push(chosen);
      value.push(rate(person, all[chosen]!, random));
    }
    if (!times) continue;
    const fame = Float64Array.from(own, (chosen) => all[chosen]!.fame);
    const genresOf = Array.from(own, (chosen) => all[chosen]!.genre);
    at.push(...denseTimes({ seed, index, fame, genres: genresOf }));
  }
  const names = (letter: string, count: number) =>
    Array.from({ length: count }, (_, place) => letter + String(place + 1).padStart(4, "0"));
  return buildRatings(
    {
      ...{ userIds: names("u", people), itemIds: names("t", titles) },
      scale: { low: 1, high: 5, step: 1 },
    },
    {
      ...{ user: Int32Array.from(user), item: Int32Array.from(item) },
      value: Float64Array.from(value),
      at: times ? Float64Array.from(at) : undefined,
    },
  );
}

function drawTitles(seed: number): Title[] {
  const random = new RandomStream(seed, "dense titles");
  return Array.from({ length: titles }, (_, place) => {
    const fame = log(fameAt((place + 0.5) / titles));
    const genre = new Float64Array(genres);
    const kinds = 1 + random.below(3);
    for (let k = 0; k < kinds; k++) genre[random.below(genres)]! += 1;
    const length = Math.hypot(...genre);
    return {
      ...{ fame, genre: genre.map((one) => one / length) },
      worth: 0.16 * ((fame - 3) / 1.6) + 0.64 * random.normal(),
      era: random.normal(),
    };
  });
}

function fameAt(share: number): number {
  const upper = fameQuantiles.findIndex(([at]) => at >= share);
  const [[a, low], [b, high]] = [fameQuantiles[upper - 1]!, fameQuantiles[upper]!];
  return exp(log(low) + ((share - a) / (b - a)) * (log(high) - log(low)));
}

function drawPerson(seed: number, index: number): Person {
  const random = new RandomStream(seed, "dense person", index);
  const taste = Float64Array.from({ length: genres }, () => random.normal());
  const part = random.uniform();
  return {
    wanted: Math.min(1000, 19 + 58 * exp(1.4 * random.normal())),
    ...{ taste, choice: taste.map((one) => 0.6 * one + 0.8 * random.normal()) },
    era: random.normal(),
    fashion: 1.5 * exp(0.2 * random.normal()),
    lean: 0.4 * random.normal(),
    stretch: exp(0.22 * random.normal()),
    noise: 0.92 * exp(0.15 * random.normal()),
    lowest: part < 0.06 ? 3 : part < 0.2 ? 2 : 1,
    highest: part > 0.95 ? 4 : 5,
  };
}

/** Whole numbers of at least 20, as the people want, that add up to the total. */
function lengthsOf(crowd: readonly Person[]): Int32Array {
  const sum = crowd.reduce((all, { wanted }) => all + wanted - 20, 0);
  const factor = (total - 20 * people) / sum;
  let [owed, given] = [0, 0];
  return Int32Array.from(crowd, ({ wanted }) => {
    owed += 20 + factor * (wanted - 20);
    const length = Math.max(20, Math.round(owed - given));
    given += length;
    return length;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, one, k) => sum + one * b[k]!, 0);
}

function gumbel(random: RandomStream): number {
  return -log(-log(1 - random.uniform()) || 1e-300);
}

function interest(person: Person, title: Title): number {
  const liked = 0.5 * dot(person.taste, title.genre) + title.worth;
  const chosen = 1.4 * dot(person.choice, title.genre) + 0.6 * person.era * title.era;
  return person.fashion * title.fame + chosen + 0.35 * liked;
}

function rate(person: Person, title: Title, random: RandomStream): number {
  const liked = title.worth + 0.5 * dot(person.taste, title.genre);
  const felt = 3.08 + person.lean + person.stretch * (liked + person.noise * random.normal());
  return Math.min(person.highest, Math.max(person.lowest, Math.round(felt)));
}
