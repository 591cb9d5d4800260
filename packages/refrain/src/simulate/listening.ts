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

/** Daily rate of events, > 0, from what the log shows. */
export type Rate = (recent: Recent) => number;

/** The rate of a format: formats show different things. */
export function rateOf(format: SimulationFormat): Rate {
  return format === "musicbox" ? musicboxRate : pozytywkaRate;
}

function clampedExp(logRate: number): number {
  return exp(logRate < -6.5 ? -6.5 : logRate > 1 ? 1 : logRate);
}

function musicboxRate(recent: Recent): number {
  const { month, week } = recent;
  const plays = month[channels.plays]!;
  const intensity = squash((logCount(plays) - 3) / 1.2);
  const joy = squash(6 * ((month[channels.full]! + 2) / (plays + 4) - 0.55));
  const searches = month[channels.searches]!;
  const curiosity = squash((logCount(searches) - 0.9) / 0.6);
  const downloads = month[channels.downloads]!;
  const stock = downloads / (downloads + 2);
  const trend = squash((logCount(week[channels.plays]!) - logCount(plays) + 1.2) / 0.6);
  const wait = logCount(recent.recency - 1);
  const away = squash((recent.recency - 8) / 3);
  return clampedExp(
    -1.7 +
      0.8 * intensity +
      1.2 * joy -
      0.9 * (1 - stock) * wait +
      2.2 * stock * away -
      1.2 * intensity * curiosity +
      1.2 * joy * trend,
  );
}

function pozytywkaRate(recent: Recent): number {
  const { month } = recent;
  const plays = month[channels.plays]!;
  const intensity = squash((logCount(plays) - 3) / 1.2);
  const joy = squash(6 * (0.35 - (month[channels.skips]! + 1.4) / (plays + 4)));
  const fondness = squash((logCount(month[channels.likes]!) - 1) / 0.8);
  const annoyance = squash((logCount(month[channels.advertisements]!) - 1.5) / 0.8);
  const wait = logCount(recent.recency - 1);
  return clampedExp(
    -1.4 +
      0.5 * intensity +
      0.5 * joy +
      0.3 * fondness -
      0.35 * wait -
      0.5 * annoyance * (1 - fondness),
  );
}
