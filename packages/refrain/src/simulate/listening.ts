import { exp, log1p } from "@refrain/learn";
import { channels, type Recent } from "./history.js";
import type { SimulationFormat } from "./scenario.js";

/**
 * The hazard of an event: on each day a listener comes with probability 1 - exp(-λ), where λ is a
 * function of the counts that the log shows before that day. docs/internals/simulator.md has the
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

/** Daily rate of events, > 0, from what the log shows. */
export type Rate = (recent: Recent) => number;

/** The rate of a format: formats show different things. */
export function rateOf(format: SimulationFormat): Rate {
  return format === "musicbox" ? musicboxRate : pozytywkaRate;
}

function musicboxRate(recent: Recent): number {
  const { month } = recent;
  const plays = month[channels.plays]!;
  const volume = squash((logCount(plays) - 3) / 0.6);
  const joy = squash(10 * ((month[channels.full]! + 2) / (plays + 4) - 0.56));
  const quest = squash((logCount(month[channels.searches]!) - 1) / 0.35);
  const stock = squash((logCount(month[channels.downloads]!) - 1) / 0.35);
  const wait = logCount(recent.recency - 1);
  const logRate =
    0.1 -
    0.75 * wait -
    0.45 * volume +
    3.7 * joy +
    2.1 * quest -
    0.45 * stock +
    3 * joy * quest +
    3 * volume * stock;
  return exp(clamp(logRate, -6, -1.15));
}

function pozytywkaRate(recent: Recent): number {
  const { month } = recent;
  const plays = month[channels.plays]!;
  const volume = squash((logCount(plays) - 2.5) / 0.6);
  const joy = squash(8 * (0.45 - (month[channels.skips]! + 1.8) / (plays + 4)));
  const fondness = squash((logCount(month[channels.likes]!) - 0.8) / 0.5);
  const burden = squash((logCount(month[channels.advertisements]!) - 1.2) / 0.5);
  const wait = logCount(recent.recency - 1);
  const logRate =
    -1.3 -
    0.3 * wait +
    0.2 * volume +
    0.5 * joy +
    0.3 * fondness -
    0.3 * burden +
    0.5 * joy * fondness;
  return exp(clamp(logRate, -4, -1.2));
}

function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}
