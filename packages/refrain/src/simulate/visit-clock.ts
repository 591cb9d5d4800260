import { RandomStream } from "@refrain/learn";
import { devices, type Person } from "./person.js";

const lastMs = 86_399_000;
const minuteMs = 60_000;

/** Accounts that own another device, and the most of their visits that they use it in. */
const [ownsAnother, usesAnother] = [0.45, 0.5];
/** Accounts whose player fades one track into the next, and for how long at most. */
const [fades, longestFadeSeconds] = [0.3, 12];
/** Visits from a device whose clock is wrong, and by how much: standard deviation, minutes. */
const [wrongClock, wrongByMinutes] = [0.04, 45];

/** Visits of those with another device that go on there, and how long both play, at most. */
const [handsOver, longestBothSeconds] = [0.12, 180];

/**
 * When and on what a log says that plays began: devices have clocks that go wrong, players fade
 * tracks into each other, and people own more than one device and go on with one where they stopped
 * with another. So times and devices of honest
 * listeners overlap now and then, as they do in real logs.
 */
export class VisitClock {
  readonly #seed: number;
  #index = -1;
  #another = 0;
  #share = 0;
  #fadeMs = 0;
  #session = -1;
  #shiftMs = 0;
  #plays = 0;
  /** Plays of the visit before it goes on on the other device, and how long both play then. */
  #before = Number.POSITIVE_INFINITY;
  #bothMs = 0;
  #devices: readonly [number, number] = [0, 0];

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Turns to a visit of an account; the same visit may be turned to again and again. */
  visit(person: Person, session: number): void {
    if (person.index !== this.#index) this.#account(person.index);
    const random = new RandomStream(this.#seed, "simulate visit clock", session);
    if (session !== this.#session) this.#plays = 0;
    this.#session = session;
    const isWrong = random.uniform() < wrongClock;
    this.#shiftMs = isWrong ? Math.round(random.normal() * wrongByMinutes) * minuteMs : 0;
    const own = person.device;
    const other = (own + this.#another) % devices.length;
    this.#devices = random.uniform() < this.#share ? [other, own] : [own, other];
    const goesOver = this.#share > 0 && random.uniform() < handsOver;
    this.#before = goesOver ? 1 + random.below(6) : Number.POSITIVE_INFINITY;
    this.#bothMs = random.below(longestBothSeconds) * 1000;
  }

  /** Place in `devices` of what the visit's next play is on. */
  get device(): number {
    return this.#devices[this.#plays < this.#before ? 0 : 1];
  }

  /** When the log says that the visit's next play began, milliseconds of the day. */
  begin(ms: number): number {
    const both = this.#plays < this.#before ? 0 : this.#bothMs;
    const shown = ms + this.#shiftMs - both - this.#fadeMs * this.#plays;
    this.#plays += 1;
    return Math.min(Math.max(shown, 0), lastMs);
  }

  #account(index: number): void {
    const random = new RandomStream(this.#seed, "simulate account clock", index);
    this.#index = index;
    this.#share = random.uniform() < ownsAnother ? usesAnother * random.uniform() : 0;
    this.#another = 1 + random.below(devices.length - 1);
    const fadeSeconds = 1 + random.below(longestFadeSeconds);
    this.#fadeMs = random.uniform() < fades ? fadeSeconds * 1000 : 0;
  }
}
