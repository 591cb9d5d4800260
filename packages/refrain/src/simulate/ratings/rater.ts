import { exp, log, RandomStream } from "@refrain/learn";

/** Number of hidden directions of taste. */
export const tasteCount = 6;

/** The titles that can be rated. Immutable. */
export interface Titles {
  /** Log of how often a title is met. */
  readonly fame: Float64Array;
  /** Added to every rating of the title. */
  readonly quality: Float64Array;
  /** Titles × tastes, row-major. */
  readonly taste: Float64Array;
}

/** Draws the titles: fame falls with the rank, and the famous ones are a little better. */
export function drawTitles(seed: number, count: number): Titles {
  const random = new RandomStream(seed, "simulate titles");
  const fame = new Float64Array(count);
  const quality = new Float64Array(count);
  for (let title = 0; title < count; title++) {
    fame[title] = -0.0026 * title * (1_700 / count) - 0.6 * log(1 + title / 25);
    quality[title] = 0.12 * fame[title]! + 0.25 + 0.42 * random.normal();
  }
  const taste = Float64Array.from({ length: count * tasteCount }, () => random.normal());
  return { fame, quality, taste };
}

/** Somebody who rates. */
export interface Rater {
  /** How many titles. */
  readonly wanted: number;
  /** Added to every rating. */
  readonly bias: number;
  /** How far ratings spread. */
  readonly noise: number;
  /** Weight of a title's quality and of liking in a rating: 1, less where all get one value. */
  readonly attention: number;
  /** Weight of fame in what is met: low = somebody who finds the unknown. */
  readonly fashion: number;
  /** Share of the titles that are rated again later. */
  readonly again: number;
  readonly taste: Float64Array;
  /** What they come to see beside what they like, in the directions of taste. */
  readonly habit: Float64Array;
  /** First day, a share of the service's days. */
  readonly begin: number;
  /** Hour around which sessions begin. */
  readonly hour: number;
  /** Mean seconds between two ratings of a session. */
  readonly paceSeconds: number;
  /** Mean ratings of a session, and mean days between two. */
  readonly sessionRatings: number;
  readonly sessionDays: number;
}

/**
 * Draws a rater. Some are careless, a few give one value nearly always, some look for the unknown,
 * some rate again. Many rate nearly all they know in one or two long sessions, as accounts made for
 * a purpose do. All of them are genuine.
 * @param index 0, 1, … within the simulation
 */
export function drawRater(seed: number, index: number): Rater {
  const random = new RandomStream(seed, "simulate rater", index);
  const careless = random.uniform() < 0.03;
  const atOnce = random.uniform() < 0.4;
  const indifferent = random.uniform() < 0.012;
  const again = random.uniform() < 0.3 ? 0.12 * random.uniform() ** 2 : 0;
  return {
    ...{ again, attention: indifferent ? 0.12 : 1 },
    fashion: Math.min(1.5, 1.2 * exp(0.3 * random.normal())),
    wanted: Math.round(Math.min(600, Math.max(20, 62 * exp(0.95 * random.normal())))),
    bias: 0.38 * random.normal() + (careless ? 0.8 : 0),
    noise: indifferent ? 0.15 : careless ? 0.25 : 0.65 + 0.45 * random.uniform(),
    taste: Float64Array.from({ length: tasteCount }, () => 0.24 * random.normal()),
    begin: 0.8 * random.uniform(),
    hour: 7 + 16 * random.uniform(),
    sessionRatings: atOnce ? 30 + 150 * random.uniform() : 6 + 20 * random.uniform(),
    sessionDays: 1 + 9 * random.uniform(),
    paceSeconds: 40 * exp(0.5 * random.normal()),
    habit: Float64Array.from({ length: tasteCount }, () => 0.5 * random.normal()),
  };
}

/** How well a title meets a taste or a habit. */
export function likingOf(taste: Float64Array, titles: Titles, title: number): number {
  let sum = 0;
  for (let k = 0; k < tasteCount; k++) sum += taste[k]! * titles.taste[title * tasteCount + k]!;
  return sum;
}

/** The rating, 1 … 5, that a rater gives to a title. */
export function rate(rater: Rater, titles: Titles, title: number, random: RandomStream): number {
  const liking = likingOf(rater.taste, titles, title);
  const worth = rater.attention * (titles.quality[title]! + liking);
  const felt = 3.42 + rater.bias + worth + rater.noise * random.normal();
  return Math.min(5, Math.max(1, Math.round(felt)));
}
