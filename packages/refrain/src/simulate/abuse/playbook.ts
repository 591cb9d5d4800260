import { exp, RandomStream } from "@refrain/learn";
import type { Abuser, AbuseSetting } from "./abusers.js";
import { Drift } from "./drift.js";

/** What abusers play from: a catalogue, whatever it is made of. */
export interface AbuseStock {
  /** An indie catalogue: the tracks of one or more little-known indie artists, album by album. */
  target(random: RandomStream, least: number): Int32Array;
  /** A track that anybody might play. */
  cover(random: RandomStream): number;
  /** Length of a track, milliseconds, ≥ 40,000. */
  lengthMs(track: number): number;
}

/** Receives plays in time order: when (ms of the day), what, how long, and whether it inflates. */
export type TakePlay = (ms: number, track: number, playedMs: number, inflates: boolean) => void;

const secondMs = 1_000;
const hourMs = 3_600_000;
const lastMs = 86_399_000;

/** After so long a play is paid for. */
const payoutMs = 30_000;

/** One abuser's plays, day by day; docs/internals/simulator.md has the formulas. */
export class Playbook {
  readonly #abuser: Abuser;
  readonly #seed: number;
  readonly #stock: AbuseStock;
  readonly #volume: Drift;
  /** How much it covers up. */
  readonly #guise: Drift;
  readonly #turns: RandomStream;
  readonly #drift: number;
  readonly #taste: number;
  #month = 0;
  #turn = 0;
  #tracks: Int32Array = new Int32Array(0);

  /** @param setting its plan says how much abusers drift */
  constructor({ seed, plan }: AbuseSetting, abuser: Abuser, stock: AbuseStock) {
    const { kind, crew } = abuser;
    this.#abuser = abuser;
    this.#seed = seed;
    this.#stock = stock;
    this.#drift = plan.drift;
    this.#volume = new Drift(new RandomStream(seed, `simulate ${kind} volume`, crew), plan.drift);
    this.#guise = new Drift(new RandomStream(seed, `simulate ${kind} guise`, crew), plan.drift);
    this.#turns = new RandomStream(seed, `simulate ${kind} turns`, crew);
    this.#taste = new RandomStream(seed, `simulate ${kind} taste`, crew).uniform();
  }

  /**
   * Plays a day's tracks. Days come in their order; the first one is always busy.
   * @param month the month of the day, 0 = the simulation's first
   */
  day(day: number, month: number, take: TakePlay): void {
    const { kind, crew, place, strength, firstDay } = this.#abuser;
    this.#turnTo(month);
    // The crew's coins are the same for all of its members: that is the lockstep.
    const plan = new RandomStream(this.#seed, `simulate ${kind} day`, crew * 4096 + day);
    const own = new RandomStream(this.#seed, "simulate abuser day", place * 4096 + day);
    const works = plan.uniform() < 0.55 + 0.4 * strength;
    const here = own.uniform() < 0.75 + 0.2 * strength;
    if (day !== firstDay && !(works && here)) return;
    if (kind === "bot") this.#bot(plan, own, take);
    else this.#repeat(plan, own, take);
  }

  /** Goes on to a month: with some chance in each, the crew turns to another catalogue. */
  #turnTo(month: number): void {
    for (; this.#month < month; this.#month += 1) {
      if (this.#turns.uniform() < 0.5 * this.#drift) {
        this.#turn += 1;
        this.#tracks = new Int32Array(0);
      }
    }
    if (this.#tracks.length === 0) this.#tracks = this.#choose();
  }

  #choose(): Int32Array {
    const { kind, crew, strength } = this.#abuser;
    const purpose = `simulate ${kind} catalogue`;
    const random = new RandomStream(this.#seed, purpose, crew * 4096 + this.#turn);
    if (kind === "bot") {
      const wanted = 20 + random.below(160);
      const mine = this.#stock.target(random, Math.ceil(wanted * (0.5 + 0.5 * strength)));
      const rest = Math.max(0, wanted - mine.length);
      return Int32Array.of(
        ...mine.subarray(0, wanted),
        ...Array.from({ length: rest }, () => this.#stock.cover(random)),
      );
    }
    const tracks = this.#stock.target(random, kind === "farm" ? 10 + random.below(20) : 6);
    // A lone one plays a track of its own, a handful, or all.
    if (kind === "farm") return tracks;
    return tracks.subarray(0, this.#taste < 0.35 ? 1 : this.#taste < 0.75 ? 6 : tracks.length);
  }

  /** One catalogue over and over, with other plays between to look like a listener. */
  #repeat(plan: RandomStream, own: RandomStream, take: TakePlay): void {
    const { kind, strength } = this.#abuser;
    const farm = kind === "farm";
    const order = this.#tracks.slice();
    if (farm) plan.shuffle(order);
    const steep = farm ? exp(3 * strength) : exp(3.2 * strength);
    const spread = exp((farm ? 0.3 : 0.6) * plan.normal() + this.#volume.at(this.#month));
    const plays = 40 * steep * spread * (1 + 0.12 * (1.2 - strength) * own.normal());
    const hour = 14 * plan.uniform() + (1.2 - strength) * own.uniform();
    const cover = (farm ? 0.5 : 0.4) * (1 - strength) * exp(this.#guise.at(this.#month));
    const covers = Math.min(0.8, cover);
    let ms = Math.floor(hour * 3600) * secondMs;
    for (let played = 0; played < plays && ms < lastMs; ) {
      const inflates = own.uniform() >= covers;
      const track = inflates ? order[played % order.length]! : this.#stock.cover(own);
      const playedMs = this.#heard(track, own, inflates ? 0.4 + 0.6 * strength : 0);
      take(ms, track, playedMs, inflates);
      if (inflates) played += 1;
      ms += playedMs + secondMs;
    }
  }

  /** Track after track at one beat, most of the day. */
  #bot(plan: RandomStream, own: RandomStream, take: TakePlay): void {
    const { strength } = this.#abuser;
    const hours = 10 + 14 * strength;
    const beat = (45 + 160 * (1 - strength) * this.#taste) * secondMs;
    const wanted = beat * exp(-this.#volume.at(this.#month));
    const step = Math.floor(Math.min(Math.max(wanted, payoutMs + 2 * secondMs), 400 * secondMs));
    let ms = Math.floor((24 - hours) * 3600 * plan.uniform()) * secondMs;
    const end = Math.min(ms + hours * hourMs, lastMs);
    for (let next = plan.below(this.#tracks.length); ms < end; next++) {
      const track = this.#tracks[next % this.#tracks.length]!;
      take(ms, track, Math.min(this.#stock.lengthMs(track), step - secondMs), true);
      const late = own.uniform() < 1 - strength ? 20 * secondMs * own.uniform() : 0;
      ms += Math.floor(step + late);
    }
  }

  /** How long a track plays: just past what is paid for, or as listeners do. */
  #heard(track: number, random: RandomStream, short: number): number {
    const length = this.#stock.lengthMs(track);
    if (random.uniform() < short) return payoutMs + secondMs + random.below(6 * secondMs);
    const early = random.uniform() < 0.6 ? 1 : random.uniform();
    return Math.floor(length * (0.02 + 0.98 * early * early));
  }
}
