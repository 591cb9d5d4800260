import { albumOf, artistOf, isIndie } from "./discography.js";

/** Counts by key, and the largest; used again for the next user by `clear`. */
class Tally {
  /** The largest count. */
  most = 0;
  #keys = new Int32Array(1024);
  #counts = new Int32Array(1024);
  /** Keys of another stamp are not there. */
  #stamps = new Int32Array(1024);
  #stamp = 1;
  #size = 0;

  clear(): void {
    this.#stamp += 1;
    this.#size = 0;
    this.most = 0;
  }

  add(key: number, count: number): void {
    const mask = this.#keys.length - 1;
    let at = Math.imul(key, 0x2545f491) >>> 16;
    for (at &= mask; this.#stamps[at] === this.#stamp && this.#keys[at] !== key; ) {
      at = (at + 1) & mask;
    }
    if (this.#stamps[at] !== this.#stamp) {
      if (2 * this.#size > mask) {
        this.#grow();
        this.add(key, count);
        return;
      }
      this.#stamps[at] = this.#stamp;
      this.#keys[at] = key;
      this.#counts[at] = 0;
      this.#size += 1;
    }
    const now = this.#counts[at]! + count;
    this.#counts[at] = now;
    if (now > this.most) this.most = now;
  }

  #grow(): void {
    const [keys, counts, stamps, stamp] = [this.#keys, this.#counts, this.#stamps, this.#stamp];
    const size = keys.length * 2;
    this.#keys = new Int32Array(size);
    this.#counts = new Int32Array(size);
    this.#stamps = new Int32Array(size);
    this.#stamp = 1;
    this.#size = 0;
    for (const [at, key] of keys.entries()) if (stamps[at] === stamp) this.add(key, counts[at]!);
  }
}

/** What one user's plays over a day or month come to; used again by `clear`. */
export class PlayCounter {
  /** Plays of indie artists. */
  indie = 0;
  /** All plays. */
  total = 0;
  readonly #albums = new Tally();
  readonly #tracks = new Tally();
  readonly #artists = new Tally();

  clear(): void {
    this.indie = 0;
    this.total = 0;
    this.#albums.clear();
    this.#tracks.clear();
    this.#artists.clear();
  }

  /**
   * Counts plays of a track.
   * @param album the album it was played from: its own, or a compilation
   */
  add(track: number, count = 1, album = albumOf(track)): void {
    const artist = artistOf(track);
    this.total += count;
    if (isIndie(artist)) this.indie += count;
    this.#tracks.add(track, count);
    this.#albums.add(album, count);
    this.#artists.add(artist, count);
  }

  /** Most plays of one album. */
  get album(): number {
    return this.#albums.most;
  }

  /** Most plays of one track. */
  get track(): number {
    return this.#tracks.most;
  }

  /** Most plays of one artist. */
  get artist(): number {
    return this.#artists.most;
  }

  /** Indie plays / max(major plays, 1). */
  get ratio(): number {
    return this.indie / Math.max(1, this.total - this.indie);
  }
}
