import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { RandomStream } from "@refrain/learn";
import { type AbuseSetting, drawAbuser } from "../abuse/abusers.js";
import { abuserCount, completeAbuse } from "../abuse/plan.js";
import { truthLine } from "../abuse/truth-line.js";
import type { BlockCounts, BlockRange } from "../block.js";
import { Bytes } from "../bytes.js";
import { type Calendar, makeCalendar } from "../calendar.js";
import { noScores } from "../difficulty.js";
import { truthFiles } from "../truth-files.js";
import { AbuserDay } from "./abuser-day.js";
import { drawUsageListener } from "./listener.js";
import { type Climate, ListeningDay } from "./listening-day.js";
import { type Period, periodsOf } from "./periods.js";
import { PlayCounter } from "./play-counter.js";
import { climateOf } from "./usage-month.js";
import type { UsageScenario } from "./usage-scenario.js";

/** A user's id: ten digits, all different, in no order that means anything. */
function usageUserId(index: number): number {
  const mask = 0x3fffffff;
  let x = index;
  for (let round = 0; round < 2; round++) {
    x = Math.imul(x, 0x2c1b3c6d) & mask;
    x ^= x >>> 15;
  }
  return 1_000_000_000 + x;
}

/**
 * Makes usage files block by block. Genuine users stand in their order, each abuser before a
 * genuine user drawn at random (or behind the last), so that a row's place says nothing.
 */
export class UsageMaker {
  readonly #scenario: UsageScenario;
  readonly #calendar: Calendar;
  readonly #periods: readonly Period[];
  readonly #climates: readonly Climate[];
  readonly #files: readonly Bytes[];
  readonly #abuse = new Bytes();
  readonly #counter = new PlayCounter();
  readonly #listening: ListeningDay;
  readonly #abusers: AbuserDay;
  readonly #setting: AbuseSetting | undefined;
  /** Abusers in the order of their places, and the genuine user that each stands before. */
  readonly #order: Int32Array;
  readonly #before: Int32Array;

  constructor(scenario: UsageScenario) {
    const { seed, users, days, abuse: plan } = scenario;
    this.#scenario = scenario;
    this.#calendar = makeCalendar(scenario.start, days);
    this.#periods = periodsOf(scenario, this.#calendar);
    this.#climates = this.#calendar.monthNames.map((_, month) =>
      climateOf(seed, month, scenario.drift),
    );
    this.#files = this.#periods.map(() => new Bytes());
    this.#listening = new ListeningDay(seed, this.#counter);
    this.#setting = plan && { seed, days, plan };
    this.#abusers = new AbuserDay({
      ...{ users, counter: this.#counter, climate: this.#climates[0]! },
      setting: this.#setting ?? { seed, days, plan: completeAbuse({ bots: 1 }) },
    });
    const random = new RandomStream(seed, "simulate abuser places");
    const places = Int32Array.from({ length: abuserCount(plan) }, () => random.below(users + 1));
    const order = Int32Array.from(places.keys());
    this.#order = order.sort((a, b) => places[a]! - places[b]! || a - b);
    this.#before = this.#order.map((place) => places[place]!);
  }

  make(range: BlockRange): BlockCounts {
    for (const bytes of [...this.#files, this.#abuse]) bytes.clear();
    let next = this.#before.findIndex((before) => before >= range.from);
    if (next < 0) next = this.#order.length;
    for (let index = range.from; index < range.to; index++) {
      while (this.#before[next] === index) this.#abuser(this.#order[next++]!);
      this.#genuine(index);
    }
    const last = range.to === this.#scenario.users;
    while (last && next < this.#order.length) this.#abuser(this.#order[next++]!);
    const lines = this.#files.map((bytes) => bytes.lines);
    const bytes = this.#files.reduce((sum, file) => sum + file.length, this.#abuse.length);
    const events = lines.reduce((sum, count) => sum + count, 0);
    return { events, bytes, scores: noScores(), lines: [], planted: [] };
  }

  write(folder: string): void {
    const put = (path: string, bytes: Bytes) => {
      if (bytes.length > 0) appendFileSync(join(folder, path), bytes.view());
    };
    for (const [file, period] of this.#periods.entries()) put(period.path, this.#files[file]!);
    put(truthFiles.abuse, this.#abuse);
  }

  #genuine(index: number): void {
    const listener = drawUsageListener(this.#scenario.seed, index);
    for (const [file, { firstDay, lastDay }] of this.#periods.entries()) {
      this.#counter.clear();
      const climate = this.#climates[this.#calendar.month[firstDay]!]!;
      for (let day = firstDay; day <= lastDay; day++) {
        this.#listening.play(listener, { index, day, climate });
      }
      this.#row(file, index, false);
    }
  }

  #abuser(place: number): void {
    const { users } = this.#scenario;
    const abuser = drawAbuser(this.#setting!, place);
    const deeds = { lastDay: abuser.firstDay, plays: 0, inflated: 0 };
    this.#abusers.begin(abuser);
    for (const [file, period] of this.#periods.entries()) {
      this.#counter.clear();
      const month = this.#calendar.month[period.firstDay]!;
      const before = this.#abusers.inflated;
      const [from, to] = [
        Math.max(abuser.firstDay, period.firstDay),
        Math.min(abuser.lastDay, period.lastDay),
      ];
      for (let day = from; day <= to; day++) {
        const played = this.#counter.total;
        this.#abusers.play(day, month, this.#climates[month]!);
        if (this.#counter.total > played) deeds.lastDay = day;
      }
      deeds.plays += this.#counter.total;
      this.#row(file, users + place, this.#abusers.inflated > before);
    }
    deeds.inflated = this.#abusers.inflated;
    const userId = String(usageUserId(users + place));
    this.#abuse.putText(truthLine(userId, abuser, { ...deeds, dates: this.#calendar.iso }));
    this.#abuse.endLine();
  }

  #row(file: number, index: number, inflates: boolean): void {
    const counter = this.#counter;
    if (counter.total === 0) return;
    const out = this.#files[file]!;
    out.reserve(80);
    out.putInteger(usageUserId(index));
    out.putByte(44);
    const thousandths = Math.round(counter.ratio * 1000);
    out.putInteger(Math.floor(thousandths / 1000));
    out.putByte(46);
    out.putPadded(thousandths % 1000, 3);
    for (const count of [counter.total, counter.album, counter.track, counter.artist]) {
      out.putByte(44);
      out.putInteger(count);
    }
    if (this.#scenario.labelled) {
      out.putByte(44);
      out.putByte(inflates ? 49 : 48);
    }
    out.endLine();
  }
}
