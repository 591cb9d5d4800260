/**
 * What the log shows of one listener: counts a day over the last 30 days, kept as a ring, with
 * running sums over 7 and 30 days. Everything that going silent depends on is read from here.
 */

/** What is counted a day. */
export const channels = {
  plays: 0,
  full: 1,
  skips: 2,
  searches: 3,
  downloads: 4,
  likes: 5,
  advertisements: 6,
} as const;

/** Number of channels. */
export const channelCount = 7;

const windowDays = 30;
const weekDays = 7;
/** Slots of the ring: more than window and longest look ahead together, so that the future is 0. */
const slots = 64;

/** Counts of the last 7 and 30 days, and days since the last event. */
export interface Recent {
  readonly week: Int32Array;
  readonly month: Int32Array;
  /** Days since the last day with an event, ≥ 1. */
  recency: number;
}

/** One listener's counts; reused from listener to listener by `clear`. */
export class History {
  /** Slots × channels; a day's slot is emptied when it leaves the month. */
  readonly #ring = new Int32Array(slots * channelCount);
  readonly recent: Recent = {
    week: new Int32Array(channelCount),
    month: new Int32Array(channelCount),
    recency: 1,
  };
  readonly #ahead: Recent = {
    week: new Int32Array(channelCount),
    month: new Int32Array(channelCount),
    recency: 1,
  };

  clear(): void {
    this.#ring.fill(0);
    this.recent.week.fill(0);
    this.recent.month.fill(0);
    this.recent.recency = 1;
  }

  /** Adds what happened on a day. */
  record(day: number, counts: Int32Array): void {
    const at = (day % slots) * channelCount;
    for (let c = 0; c < channelCount; c++) {
      const count = counts[c]!;
      this.#ring[at + c] = count;
      this.recent.week[c]! += count;
      this.recent.month[c]! += count;
    }
    this.recent.recency = 0;
  }

  /** Moves on to the next day: `recent` is then what the log shows before `day`. */
  advance(day: number): void {
    this.#slide(this.recent, day);
    const gone = ((day + slots - windowDays - 1) % slots) * channelCount;
    for (let c = 0; c < channelCount; c++) this.#ring[gone + c] = 0;
  }

  /** A copy of `recent` that `slideAhead` moves on through silent days. */
  lookAhead(): Recent {
    this.#ahead.week.set(this.recent.week);
    this.#ahead.month.set(this.recent.month);
    this.#ahead.recency = this.recent.recency;
    return this.#ahead;
  }

  /** Moves the copy on to `day`, nothing having happened in between. */
  slideAhead(day: number): void {
    this.#slide(this.#ahead, day);
  }

  /** Day - 31 leaves the month and day - 8 the week. */
  #slide(recent: Recent, day: number): void {
    const leavesMonth = ((day + slots - windowDays - 1) % slots) * channelCount;
    const leavesWeek = ((day + slots - weekDays - 1) % slots) * channelCount;
    const ring = this.#ring;
    for (let c = 0; c < channelCount; c++) {
      recent.month[c]! -= ring[leavesMonth + c]!;
      recent.week[c]! -= ring[leavesWeek + c]!;
    }
    recent.recency += 1;
  }
}
