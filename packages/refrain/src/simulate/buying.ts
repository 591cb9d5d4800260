import { sigmoid } from "@refrain/learn";
import { logCount, squash } from "./listening.js";

/**
 * Buying premium. At a month's end the listener decides with probability q, a function of what the
 * log shows of that month; the purchase then falls on one of the days 3 to 28 of the next month,
 * all equally likely, so that q is the probability of "buys in the 30 days after the month" (days
 * 1 and 2 of March lie within 30 days of January's end too).
 */

/** First day of a month on which a decided purchase may fall, counted from 0. */
export const firstPurchaseDay = 2;

/** Days on which a decided purchase may fall. */
export const purchaseDays = 26;

/** What a month's log shows of a listener. */
export class MonthCounts {
  events = 0;
  plays = 0;
  skips = 0;
  likes = 0;
  advertisements = 0;
  likedPlays = 0;
  favouritePlays = 0;
  popularitySum = 0;

  clear(): void {
    this.events = 0;
    this.plays = 0;
    this.skips = 0;
    this.likes = 0;
    this.advertisements = 0;
    this.likedPlays = 0;
    this.favouritePlays = 0;
    this.popularitySum = 0;
  }
}

/** Probability that a purchase follows in the 30 days after a month; 0 without any event in it. */
export function purchaseChance(month: MonthCounts): number {
  if (month.events === 0) return 0;
  const { plays } = month;
  const volume = squash((logCount(plays) - 3) / 0.6);
  const burden = squash((logCount(month.advertisements) - 1.5) / 0.5);
  const bond = squash((logCount(month.likedPlays) - 1) / 0.5);
  const home = squash(8 * ((month.favouritePlays + 1) / (plays + 2) - 0.55));
  const fashion = plays === 0 ? 0 : squash((month.popularitySum / plays - 42) / 6);
  const unrest = squash(10 * ((month.skips + 1) / (plays + 3) - 0.45));
  const warmth = squash((logCount(month.likes) - 0.7) / 0.4);
  return sigmoid(
    -4.55 +
      0.12 * volume +
      0.65 * burden +
      0.36 * bond +
      0.65 * home +
      0.72 * fashion -
      0.75 * unrest +
      0.2 * warmth +
      1.7 * burden * bond +
      1.7 * volume * home -
      1.7 * fashion * unrest,
  );
}

/** Chance of a purchase between a listener's first day and the end of that month. */
export const newcomerChance = 0.1;

/** A decided purchase whose day is uniform over a span: what the log before a day leaves open. */
export class Intention {
  #chance = 0;
  #firstDay = 0;
  #span = 1;

  /** Nothing is open. */
  clear(): void {
    this.#chance = 0;
  }

  /** With probability `chance` a purchase falls on one of `span` days from `firstDay` on. */
  open(chance: number, firstDay: number, span: number): void {
    this.#chance = span > 0 ? chance : 0;
    this.#firstDay = firstDay;
    this.#span = span > 0 ? span : 1;
  }

  /** Probability that no purchase has come before `day`. */
  survival(day: number): number {
    const passed = day - this.#firstDay;
    if (passed <= 0) return 1;
    return 1 - (this.#chance * (passed < this.#span ? passed : this.#span)) / this.#span;
  }

  /** Probability of a purchase on `day`, none having come before. */
  hazard(day: number): number {
    const before = this.survival(day);
    return before > 0 ? 1 - this.survival(day + 1) / before : 0;
  }
}
