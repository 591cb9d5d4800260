import { exp, log1p } from "@refrain/learn";
import { channels } from "./history.js";
import type { SimulationFormat } from "./scenario.js";

/**
 * The hazard of an event: on each day a listener comes with probability 1 - exp(-λ), where λ is a
 * function of what the log shows before that day. docs/internals/simulator.md has the
 * formulas.
 */

/** Days that must pass without an event for the churn label. */
export const silenceDays = 14;

const logTable = Float64Array.from({ length: 4096 }, (_, count) => log1p(count));

/** log(1 + count), from a table where it can be. */
export function logCount(count: number): number {
  return count < 4096 ? logTable[count]! : log1p(count);
}

/** x / (1 + |x|): a cheap odd squashing to -1 … 1. */
export function squash(x: number): number {
  return x / (1 + (x < 0 ? -x : x));
}

/** How the rate of a weekday differs from the mean, Monday first; known to all, so in the log. */
export const weekdayFactors = [0.88, 0.88, 0.92, 0.96, 1.08, 1.2, 1.08] as const;

/**
 * How often a listener comes: λ = clamp(standing(counts) · waiting[days since the last event]),
 * times the weekday's factor.
 */
export interface Listening {
  /** The part of the rate that the counts of the last 30 days give, > 0. */
  readonly standing: (month: Int32Array) => number;
  /** The part that waiting gives: by days since the last event, ≥ 1. */
  readonly waiting: Float64Array;
  readonly low: number;
  readonly high: number;
}

/** The daily rate before the weekday's factor. */
export function rateOf(listening: Listening, standing: number, recency: number): number {
  const { waiting, low, high } = listening;
  const longest = waiting.length - 1;
  const rate = standing * waiting[recency < longest ? recency : longest]!;
  return rate < low ? low : rate > high ? high : rate;
}

/** Days after which waiting longer changes nothing. */
const longestWait = 60;

/** recency to the power of -exponent. */
function waitingOf(exponent: number): Float64Array {
  return Float64Array.from({ length: longestWait + 1 }, (_, recency) =>
    exp(-exponent * logCount(Math.max(0, recency - 1))),
  );
}

/** The `musicbox` format shows plays with their length, searches and downloads. */
const musicboxListening: Listening = {
  standing(month) {
    const plays = month[channels.plays]!;
    const volume = squash((logCount(plays) - 3) / 0.6);
    const joy = squash(10 * ((month[channels.full]! + 2) / (plays + 4) - 0.56));
    const quest = squash((logCount(month[channels.searches]!) - 1) / 0.35);
    const stock = squash((logCount(month[channels.downloads]!) - 1) / 0.35);
    return exp(
      0.1 -
        0.45 * volume +
        3.55 * joy +
        2.05 * quest -
        0.45 * stock +
        2.9 * joy * quest +
        2.9 * volume * stock,
    );
  },
  waiting: waitingOf(0.75),
  low: 0.0025,
  high: 0.32,
};

/** The `pozytywka` format shows plays, skips, likes and advertisements. */
const pozytywkaListening: Listening = {
  standing(month) {
    const plays = month[channels.plays]!;
    const volume = squash((logCount(plays) - 2.5) / 0.6);
    const joy = squash(8 * (0.45 - (month[channels.skips]! + 1.8) / (plays + 4)));
    const fondness = squash((logCount(month[channels.likes]!) - 0.8) / 0.5);
    const burden = squash((logCount(month[channels.advertisements]!) - 1.2) / 0.5);
    return exp(
      -1.3 + 0.2 * volume + 0.5 * joy + 0.3 * fondness - 0.3 * burden + 0.5 * joy * fondness,
    );
  },
  waiting: waitingOf(0.3),
  low: 0.018,
  high: 0.3,
};

/** How often listeners of a format come: formats show different things. */
export const listenings: Readonly<Record<SimulationFormat, Listening>> = {
  musicbox: musicboxListening,
  pozytywka: pozytywkaListening,
};
