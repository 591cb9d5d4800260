import { log, type RandomStream } from "@refrain/learn";
import type { MonthCounts } from "./buying.js";
import type { Calendar } from "./calendar.js";
import { channelCount, channels } from "./history.js";
import type { LogSink } from "./log-sink.js";
import type { Person } from "./person.js";
import type { SimulationFormat } from "./scenario.js";
import { favouriteCount, type World } from "./world.js";

const lastMs = 86_399_000;
const hourMs = 3_600_000;

/** What visits are made from and written to. */
export interface VisitTools {
  readonly world: World;
  readonly calendar: Calendar;
  readonly sink: LogSink;
  /** Counts the current month. */
  readonly month: MonthCounts;
  readonly format: SimulationFormat;
}

/** How one day's visits differ from an ordinary day's. */
export interface DayKind {
  /** Premium listeners hear no advertisements. */
  readonly premium: boolean;
  /** A purchase happens in the first visit. */
  readonly buys: boolean;
}

/** Makes the events of a listener's days; holds what the listener likes. Reused by `begin`. */
export class Visits {
  /** What the day held, by channel. */
  readonly counts = new Int32Array(channelCount);
  /** Events written since the beginning. */
  events = 0;
  readonly #world: World;
  readonly #sink: LogSink;
  readonly #month: MonthCounts;
  readonly #musicbox: boolean;
  readonly #firstWeekday: number;
  /** By track: the stamp of the listener who likes it. */
  readonly #likedBy: Uint32Array;
  /** Tracks × favourite genres: 1 where the track's artist has the genre. */
  readonly #genreMarks: Uint8Array;
  #stamp = 0;
  #liked: number[] = [];
  #person!: Person;
  #random!: RandomStream;
  #sessions = 0;

  constructor({ world, calendar, sink, month, format }: VisitTools) {
    this.#world = world;
    this.#firstWeekday = calendar.firstWeekday;
    this.#sink = sink;
    this.#month = month;
    this.#musicbox = format === "musicbox";
    this.#likedBy = new Uint32Array(world.trackIds.length);
    this.#genreMarks = markGenres(world);
  }

  /** Turns to another listener. */
  begin(person: Person, random: RandomStream): void {
    this.#person = person;
    this.#random = random;
    this.#stamp += 1;
    this.#liked = [];
    this.#sessions = 0;
    this.#sink.listener(person);
  }

  /** Writes a day's one or two visits and counts them in `counts` and the month. */
  day(day: number, kind: DayKind): void {
    const person = this.#person;
    const random = this.#random;
    this.counts.fill(0);
    const mood = person.patience + person.moodiness * (2 * random.uniform() - 1);
    const start = (person.hour + 5 * (random.uniform() + random.uniform() - 1)) * hourMs;
    let ms = Math.floor(Math.min(Math.max(start, 0), 22.5 * hourMs) / 1000) * 1000;
    ms = this.#visit(day, ms, mood, kind);
    const gap = 0.5 * hourMs + random.uniform() * 4 * hourMs;
    if (random.uniform() < person.secondVisit && ms + gap < 22.5 * hourMs) {
      this.#visit(day, Math.floor(ms + gap), mood, { premium: kind.premium, buys: false });
    }
  }

  #visit(day: number, startMs: number, mood: number, kind: DayKind): number {
    const person = this.#person;
    const random = this.#random;
    this.#sink.session(person.index * 8192 + this.#sessions++);
    let ms = startMs;
    let premium = kind.premium;
    if (this.#musicbox) ms = this.#searches(day, ms);
    const weekend = (this.#firstWeekday + day) % 7 > 4;
    const mean = person.visitTracks * (weekend ? person.weekendLean : 1);
    const tracks = Math.min(60, 1 + Math.floor(-log(1 - random.uniform()) * mean));
    for (let i = 0; i < tracks && ms < lastMs; i++) {
      if (!this.#musicbox && !premium && random.uniform() < person.advertisementRate) {
        this.#sink.advertisement(day, ms);
        this.#count(channels.advertisements);
        this.#month.advertisements += 1;
        ms += 30_000;
        if (ms >= lastMs) break;
      }
      ms = this.#track(day, ms, mood);
      if (i > 0 || !kind.buys) continue;
      // A visit begins by 22:30 and a track lasts 20 minutes at most: this is always reached.
      this.#sink.purchase(day, ms);
      this.#event();
      premium = true;
    }
    if (this.#musicbox) this.#downloads(day);
    return ms;
  }

  #track(day: number, ms: number, mood: number): number {
    const random = this.#random;
    const track = this.#choose();
    const length = this.#world.durationMs[track]!;
    const full = random.uniform() < mood;
    const early = full ? 1 : random.uniform();
    const playedMs = full ? length : Math.floor(length * (0.02 + 0.87 * early * early));
    this.#sink.play(day, ms, track, playedMs);
    this.#count(channels.plays);
    if (full) this.#count(channels.full);
    else this.#count(channels.skips);
    this.#countPlay(track);
    let end = ms + playedMs;
    if (end > lastMs) return end;
    if (this.#musicbox) return end;
    if (!full) {
      this.#sink.skip(day, end, track);
      this.#month.skips += 1;
      this.#event();
    } else if (random.uniform() < this.#person.likeRate) {
      this.#like(day, end, track);
      end += 1000;
    }
    return end;
  }

  #countPlay(track: number): void {
    const month = this.#month;
    month.plays += 1;
    month.popularitySum += this.#world.popularity[track]!;
    if (this.#likedBy[track] === this.#stamp) month.likedPlays += 1;
    for (const genre of this.#person.favourites) {
      if (this.#genreMarks[track * favouriteCount + genre] === 1) {
        month.favouritePlays += 1;
        break;
      }
    }
  }

  #like(day: number, ms: number, track: number): void {
    this.#sink.like(day, ms, track);
    this.#count(channels.likes);
    this.#month.likes += 1;
    if (this.#likedBy[track] === this.#stamp) return;
    this.#likedBy[track] = this.#stamp;
    this.#liked.push(track);
  }

  #choose(): number {
    const person = this.#person;
    const random = this.#random;
    if (this.#liked.length > 0 && random.uniform() < person.nostalgia) {
      return this.#liked[random.below(this.#liked.length)]!;
    }
    const favourite = random.uniform() < person.loyalty;
    const wanted = favourite ? person.favourites[random.below(3)]! : favouriteCount;
    const shelf = this.#world.shelves[wanted]!;
    const list = shelf.length > 0 ? shelf : this.#world.shelves[favouriteCount]!;
    const depth = random.uniform();
    const rank = person.mainstream > 2.5 ? depth * depth * depth : depth * Math.sqrt(depth);
    return list[Math.floor(list.length * rank)]!;
  }

  #searches(day: number, startMs: number): number {
    let ms = startMs;
    for (let left = this.#geometric(this.#person.searchRate); left > 0 && ms < lastMs; left--) {
      this.#sink.search(day, ms, this.#choose());
      this.#count(channels.searches);
      ms += 5_000 + this.#random.below(25_000);
    }
    return Math.min(ms, lastMs);
  }

  #downloads(day: number): void {
    for (let left = this.#geometric(this.#person.downloadRate); left > 0; left--) {
      this.#sink.download(day, this.#choose());
      this.#count(channels.downloads);
    }
  }

  #count(channel: number): void {
    this.counts[channel]! += 1;
    // A heard-out track is the play itself, and so is a skip here: its own event is counted apart.
    if (channel !== channels.full && channel !== channels.skips) this.#event();
  }

  #event(): void {
    this.events += 1;
    this.#month.events += 1;
  }

  /** A geometric number with the given mean, at most 40. */
  #geometric(mean: number): number {
    const drawn = Math.floor(log(1 - this.#random.uniform()) / log(mean / (1 + mean)));
    return drawn > 40 ? 40 : drawn;
  }
}

function markGenres(world: World): Uint8Array {
  const marks = new Uint8Array(world.trackArtist.length * favouriteCount);
  for (const [track, artist] of world.trackArtist.entries()) {
    for (const genre of world.artistGenres[artist]!) {
      if (genre < favouriteCount) marks[track * favouriteCount + genre] = 1;
    }
  }
  return marks;
}
