/**
 * What the log shows of one listener: counts a day over the last 30 days, kept as a ring, with
 * their sums. Everything that going silent depends on is read from here.
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
/** Slots of the ring: more than window and longest look ahead together, so that the future is 0. */
const slots = 64;

/** One listener's counts; reused from listener to listener by `clear`. */
export class History {
  /** Sums over the last 30 days, by channel. */
  readonly month = new Int32Array(channelCount);
  /** Sums over the 30 days before the day that `slideAhead` has come to. */
  readonly ahead = new Int32Array(channelCount);
  /** Days since the last day with an event, ≥ 1 once `advance` was called. */
  recency = 1;
  /** Slots × channels; a day's slot is emptied when it leaves the month. */
  readonly #ring = new Int32Array(slots * channelCount);
  /** 1 where a slot holds a day with events. */
  readonly #busy = new Uint8Array(slots);

  clear(): void {
    this.#ring.fill(0);
    this.#busy.fill(0);
    this.month.fill(0);
    this.recency = 1;
  }

  /** Adds what happened on a day. */
  record(day: number, counts: Int32Array): void {
    const slot = day % slots;
    this.#busy[slot] = 1;
    for (let c = 0; c < channelCount; c++) {
      const count = counts[c]!;
      this.#ring[slot * channelCount + c] = count;
      this.month[c]! += count;
    }
    this.recency = 0;
  }

  /**
   * Moves on to the next day: `month` is then what the log shows of the 30 days before it.
   * @returns whether a day with events left the month
   */
  advance(day: number): boolean {
    this.recency += 1;
    const slot = leaving(day);
    if (this.#busy[slot] === 0) return false;
    this.#subtract(this.month, slot);
    this.#ring.fill(0, slot * channelCount, (slot + 1) * channelCount);
    this.#busy[slot] = 0;
    return true;
  }

  /** Begins to look ahead through silent days from the present one. */
  lookAhead(): void {
    this.ahead.set(this.month);
  }

  /**
   * Moves `ahead` on to `day`, nothing having happened since the present one.
   * @returns whether a day with events left the month
   */
  slideAhead(day: number): boolean {
    const slot = leaving(day);
    if (this.#busy[slot] === 0) return false;
    this.#subtract(this.ahead, slot);
    return true;
  }

  #subtract(sums: Int32Array, slot: number): void {
    for (let c = 0; c < channelCount; c++) sums[c]! -= this.#ring[slot * channelCount + c]!;
  }
}

/** The slot of day - 31, which is no more among the 30 days before `day`. */
function leaving(day: number): number {
  return (day + slots - windowDays - 1) % slots;
}
