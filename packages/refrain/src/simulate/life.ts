import { exp, RandomStream } from "@refrain/learn";
import {
  firstPurchaseDay,
  Intention,
  type MonthCounts,
  newcomerChance,
  purchaseChance,
  purchaseDays,
} from "./buying.js";
import type { Calendar } from "./calendar.js";
import { History } from "./history.js";
import { type Listening, listenings, rateOf, silenceDays, weekdayFactors } from "./listening.js";
import type { Person } from "./person.js";
import type { Scenario } from "./scenario.js";
import type { Visits } from "./visits.js";

/** Where a listener's truth goes; NaN = no statement. Owned by the caller, filled in whole. */
export interface LifeTruth {
  /** By day: probability of any event on the day, given the log before it. */
  readonly active: Float32Array;
  /** By day: probability of no event on the day and the 13 that follow, given the log before. */
  readonly silent: Float32Array;
  /** By month: probability of a purchase in the 30 days after it, given the log up to its end. */
  readonly buys: Float32Array;
  /** By day: 1 where there was an event. */
  readonly events: Uint8Array;
  /** Day of the purchase, -1 = none. */
  purchaseDay: number;
}

/** Walks listeners through their days. One object a worker; `live` for each listener. */
export class Lives {
  readonly #scenario: Scenario;
  readonly #calendar: Calendar;
  readonly #visits: Visits;
  readonly #month: MonthCounts;
  readonly #history = new History();
  readonly #intention = new Intention();
  readonly #next = new Intention();
  readonly #listening: Listening;
  /** The counts' part of the present rate. */
  #standing = 0;
  readonly #sells: boolean;

  constructor(scenario: Scenario, calendar: Calendar, visits: Visits, month: MonthCounts) {
    this.#scenario = scenario;
    this.#calendar = calendar;
    this.#visits = visits;
    this.#month = month;
    this.#listening = listenings[scenario.as];
    this.#sells = scenario.as === "pozytywka";
  }

  /** Lives one listener's days; fills `truth`. */
  live(person: Person, truth: LifeTruth): void {
    const seed = this.#scenario.seed;
    const decisions = new RandomStream(seed, "simulate decisions", person.index);
    this.#visits.begin(person, new RandomStream(seed, "simulate visits", person.index));
    this.#history.clear();
    this.#month.clear();
    this.#intention.clear();
    truth.active.fill(Number.NaN);
    truth.silent.fill(Number.NaN);
    truth.buys.fill(Number.NaN);
    truth.events.fill(0);
    truth.purchaseDay = -1;
    this.#arrive(person, truth);
    for (let day = person.firstDay + 1; day < this.#calendar.days; day++) {
      this.#turnMonth(day, truth);
      this.#day(day, truth, decisions);
    }
    this.#closeMonth(this.#calendar.days, truth);
  }

  #arrive(person: Person, truth: LifeTruth): void {
    const day = person.firstDay;
    this.#visits.day(day, { premium: false, buys: false });
    this.#history.record(day, this.#visits.counts);
    this.#stand();
    truth.events[day] = 1;
    const month = this.#calendar.month[day]!;
    const end = this.#calendar.monthStart[month]! + this.#calendar.monthLength[month]!;
    if (this.#sells) this.#intention.open(newcomerChance, day + 1, end - day - 1);
  }

  #day(day: number, truth: LifeTruth, decisions: RandomStream): void {
    if (this.#history.advance(day)) this.#stand();
    const { recency } = this.#history;
    const rate = rateOf(this.#listening, this.#standing, recency);
    const comes = 1 - exp(-rate * this.#weekday(day));
    const free = this.#sells && truth.purchaseDay < 0;
    const purchase = free ? this.#intention.hazard(day) : 0;
    truth.active[day] = 1 - (1 - comes) * (1 - purchase);
    truth.silent[day] = this.#silence(day) * (free ? this.#abstinence(day) : 1);
    const visits = decisions.uniform() < comes;
    const buys = decisions.uniform() < purchase;
    if (!visits && !buys) return;
    this.#visits.day(day, { premium: truth.purchaseDay >= 0, buys });
    if (buys) truth.purchaseDay = day;
    this.#history.record(day, this.#visits.counts);
    this.#stand();
    truth.events[day] = 1;
  }

  /** Probability of no visit from `day` on for 14 days. */
  #silence(day: number): number {
    const history = this.#history;
    const listening = this.#listening;
    let standing = this.#standing;
    let sum = rateOf(listening, standing, history.recency) * this.#weekday(day);
    history.lookAhead();
    for (let step = 1; step < silenceDays; step++) {
      if (history.slideAhead(day + step)) standing = listening.standing(history.ahead);
      sum += rateOf(listening, standing, history.recency + step) * this.#weekday(day + step);
    }
    return exp(-sum);
  }

  /** Reads the counts anew after they changed. */
  #stand(): void {
    this.#standing = this.#listening.standing(this.#history.month);
  }

  #weekday(day: number): number {
    return weekdayFactors[(this.#calendar.firstWeekday + day) % 7]!;
  }

  /** Probability of no purchase from `day` on for 14 days, if nothing else happens in them. */
  #abstinence(day: number): number {
    const { month, monthStart, monthLength } = this.#calendar;
    const now = month[day]!;
    const monthEnd = monthStart[now]! + monthLength[now]!;
    const end = day + silenceDays;
    const open = this.#intention.survival(Math.min(end, monthEnd)) / this.#intention.survival(day);
    if (end <= monthEnd) return open;
    this.#next.open(purchaseChance(this.#month), monthEnd + firstPurchaseDay, purchaseDays);
    return open * this.#next.survival(end);
  }

  #turnMonth(day: number, truth: LifeTruth): void {
    if (this.#calendar.month[day] === this.#calendar.month[day - 1]) return;
    const chance = this.#closeMonth(day, truth);
    this.#intention.open(chance, day + firstPurchaseDay, purchaseDays);
    this.#month.clear();
  }

  /** States q of the month that ends before `day`, if it has a row. */
  #closeMonth(day: number, truth: LifeTruth): number {
    const month = this.#calendar.month[day - 1]!;
    const whole = day === this.#calendar.monthStart[month]! + this.#calendar.monthLength[month]!;
    if (!this.#sells || truth.purchaseDay >= 0 || !whole || this.#month.events === 0) return 0;
    const chance = purchaseChance(this.#month);
    truth.buys[month] = chance;
    return chance;
  }
}
