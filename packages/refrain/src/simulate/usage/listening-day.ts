import { exp, log, RandomStream, sigmoid } from "@refrain/learn";
import {
  drawAlbum,
  drawArtist,
  drawTrack,
  indieCount,
  majorCount,
  tracksOf,
} from "./discography.js";
import type { UsageListener } from "./listener.js";
import type { PlayCounter } from "./play-counter.js";
import { QuickCoins } from "./quick-coins.js";

/** How a day differs from an ordinary one for all genuine users; zeros are an ordinary day. */
export interface Climate {
  /** Added to the log of the volume. */
  readonly volume: number;
  /** Added to the log-odds of an indie artist. */
  readonly indie: number;
  /** Added to the log of the share of loops and nights. */
  readonly repeats: number;
}

/** The day that is like any other. */
export const plainClimate: Climate = { volume: 0, indie: 0, repeats: 0 };

/** Compilations stand behind the artists' own albums. */
const firstCompilation = (majorCount + indieCount) << 6;
const compilations = 3_000;

/** No day has more plays of what was left running: a play of 30 s all day long. */
const longestNight = 2_880;

/** Makes genuine users' days, stretch by stretch. */
export class ListeningDay {
  readonly #counter: PlayCounter;
  readonly #seed: number;
  #listener!: UsageListener;
  readonly #random = new QuickCoins();
  /** Chance of an indie artist on the day. */
  #indie = 0;
  /** Artist of the day, and the share of choices that fall on it. */
  #idol = 0;
  #devotion = 0;

  /** @param counter is given the plays */
  constructor(seed: number, counter: PlayCounter) {
    this.#seed = seed;
    this.#counter = counter;
  }

  /**
   * Plays a day, if the user listens on it.
   * @param index the user's number, which decides the day's coins
   * @param day 0 … 8,191
   * @param more multiplies the volume
   * @returns whether there was a play
   */
  play(
    listener: UsageListener,
    {
      index,
      day,
      climate,
      more = 1,
    }: {
      readonly index: number;
      readonly day: number;
      readonly climate: Climate;
      readonly more?: number;
    },
  ): boolean {
    const stream = new RandomStream(this.#seed, "simulate usage day", index * 8192 + day);
    const random = this.#random;
    random.seed(stream);
    if (random.uniform() >= listener.active) return false;
    this.#listener = listener;
    this.#indie = sigmoid(listener.indieLean + climate.indie);
    this.#devotion = 0;
    this.#idol = this.#anyArtist();
    const devoted = random.uniform() < 0.22;
    this.#devotion = devoted ? 0.15 + 0.85 * random.uniform() : 0;
    const mean = listener.volume * more * exp(climate.volume);
    let left = 1 + Math.floor(-mean * log(1 - random.uniform()));
    const repeats = exp(climate.repeats);
    const loops = Math.min(0.5, listener.loops * repeats);
    while (left > 0) left -= this.#stretch(left, loops);
    if (random.uniform() < listener.overnight * repeats) this.#night(stream.normal());
    return true;
  }

  /** One stretch of at most `left` plays; returns how many. */
  #stretch(left: number, loops: number): number {
    const { albums, artists } = this.#listener;
    const random = this.#random;
    const choice = random.uniform();
    if (choice < albums) return this.#album(left);
    if (choice < albums + artists) return this.#artist(Math.min(left, 1 + this.#geometric(7)));
    if (choice < albums + artists + loops) {
      const count = Math.min(left, 2 + this.#geometric(10));
      this.#counter.add(this.#track(), count);
      return count;
    }
    const count = Math.min(left, 1 + this.#geometric(12));
    const mixtape = random.uniform() < 0.05;
    const album = firstCompilation + random.below(compilations);
    for (let i = 0; i < count; i++) {
      if (mixtape) this.#counter.add(this.#track(), 1, album);
      else this.#counter.add(this.#track());
    }
    return count;
  }

  /** An album from its beginning, once or more. */
  #album(left: number): number {
    const album = drawAlbum(this.#random, this.#anyArtist());
    const size = tracksOf(album);
    const wanted = Math.min(left, Math.ceil(size * (0.3 + 1.1 * this.#random.uniform())));
    for (let i = 0; i < wanted; i++) this.#counter.add((album << 6) + (i % size));
    return wanted;
  }

  #artist(count: number): number {
    const artist = this.#anyArtist();
    for (let i = 0; i < count; i++) this.#counter.add(drawTrack(this.#random, artist));
    return count;
  }

  /** A track, an album or a playlist that runs while nobody listens. */
  #night(spread: number): void {
    const random = this.#random;
    const long = 100 * exp(1.3 * spread);
    const count = Math.min(longestNight, Math.ceil(long));
    const what = random.uniform();
    if (what < 0.3) {
      this.#counter.add(this.#track(), count);
      return;
    }
    const album = drawAlbum(random, this.#anyArtist());
    const size = what < 0.7 ? tracksOf(album) : 30 + random.below(60);
    const playlist = Array.from({ length: size }, (_, i) =>
      what < 0.7 ? (album << 6) + i : this.#track(),
    );
    for (let i = 0; i < count; i++) this.#counter.add(playlist[i % size]!);
  }

  #anyArtist(): number {
    const { favourites } = this.#listener;
    const random = this.#random;
    if (random.uniform() < this.#devotion) return this.#idol;
    const indie = random.uniform() < this.#indie;
    if (random.uniform() >= 0.6) return drawArtist(random, indie);
    const own = favourites[indie ? 1 : 0];
    return own[random.below(own.length)]!;
  }

  #track(): number {
    const { loyalty, nostalgia, favourites, liked } = this.#listener;
    const random = this.#random;
    if (random.uniform() < this.#devotion) return drawTrack(random, this.#idol);
    const source = random.uniform();
    if (source < nostalgia) {
      const liking = random.uniform();
      return liked[Math.floor(liked.length * liking * liking)]!;
    }
    const indie = random.uniform() < this.#indie;
    if (source >= nostalgia + (1 - nostalgia) * loyalty) {
      return drawTrack(random, drawArtist(random, indie));
    }
    const own = favourites[indie ? 1 : 0];
    return drawTrack(random, own[random.below(own.length)]!);
  }

  /** A geometric number with the given mean. */
  #geometric(mean: number): number {
    return Math.floor(log(1 - this.#random.uniform()) / log(mean / (1 + mean)));
  }
}
