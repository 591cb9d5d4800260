import { Bytes, type PackedTexts, packTexts } from "./bytes.js";
import type { Calendar } from "./calendar.js";
import type { LogSink } from "./log-sink.js";
import { devices, type Person } from "./person.js";
import type { Spoiler } from "./spoiler.js";
import type { VisitClock } from "./visit-clock.js";
import type { World } from "./world.js";

const pipe = 124;

/** Files of a day, in this order. */
export const musicboxKinds = ["play", "down", "search"] as const;

/**
 * A listener's id: nine digits, all different, in no order that means anything.
 * @param index 0 … 2^27 - 1
 */
export function musicboxUserId(index: number): number {
  // A bijection of 27 bits: an odd multiplier and a xor with the upper half, twice.
  const mask = 0x7ffffff;
  let x = index;
  for (let round = 0; round < 2; round++) {
    x = Math.imul(x, 0x2c1b3c6d) & mask;
    x ^= x >>> 14;
  }
  return 100_000_000 + x;
}

/** First line of files of plays that carry their time. */
export const timedPlayHeader =
  "uid|device|song_id|song_type|song_name|singer|play_time|song_length|paid_flag|at";

/** Writes `YYYYMMDD_play.log`, `_down.log` and `_search.log`. */
export class MusicboxLog implements LogSink {
  /** Day by day, the files of `musicboxKinds`. */
  readonly files: readonly Bytes[];
  readonly #dates: PackedTexts;
  readonly #plays: PackedTexts;
  readonly #playEnds: PackedTexts;
  readonly #downloads: PackedTexts;
  readonly #names: PackedTexts;
  readonly #longest: number;
  readonly #spoiler: Spoiler | undefined;
  /** Absent where plays carry no time. */
  readonly #clock: VisitClock | undefined;
  #person: Person | undefined;
  #from = 0;
  #prefix: Uint8Array = new Uint8Array(0);

  constructor(
    calendar: Calendar,
    world: World,
    { spoiler, clock }: { spoiler?: Spoiler | undefined; clock?: VisitClock | undefined } = {},
  ) {
    this.#spoiler = spoiler;
    this.#clock = clock;
    this.files = Array.from({ length: calendar.days * 3 }, () => new Bytes());
    this.#dates = packTexts(calendar.iso);
    const singer = (track: number) => world.artistNames[world.trackArtist[track]!]!;
    const name = (track: number) => world.trackNames[track]!;
    this.#plays = packTexts(
      world.trackIds.map(
        (id, track) => `${id}|${track % 9 === 0 ? 1 : 0}|${name(track)}|${singer(track)}|`,
      ),
    );
    this.#playEnds = packTexts(
      world.trackIds.map(
        (_, track) => `|${Math.round(world.durationMs[track]! / 1000)}|${world.paid[track]}`,
      ),
    );
    this.#downloads = packTexts(
      world.trackIds.map(
        (id, track) => `${id}|${name(track)}|${singer(track)}|${world.paid[track]}`,
      ),
    );
    this.#names = packTexts(world.trackNames);
    this.#longest =
      96 + Math.max(...[this.#plays, this.#downloads].flatMap(({ starts }) => longestOf(starts)));
  }

  listener(person: Person): void {
    const userId = musicboxUserId(person.index);
    this.#person = person;
    this.#turnToDevice(person.device);
    this.#spoiler?.listener(person.index, userId);
  }

  /** This format does not show visits, but where it shows times, on which device they were. */
  session(id: number): void {
    if (!this.#clock || !this.#person) return;
    this.#clock.visit(this.#person, id);
    this.#turnToDevice(this.#clock.device);
  }

  #turnToDevice(device: number): void {
    if (!this.#person) return;
    const userId = musicboxUserId(this.#person.index);
    this.#prefix = new Uint8Array(Buffer.from(`${userId}|${devices[device]}|`));
  }

  play(day: number, ms: number, track: number, playedMs: number): void {
    if (this.#clock) this.#turnToDevice(this.#clock.device);
    const out = this.#begin(day * 3);
    put(out, this.#plays, track);
    out.putInteger(Math.round(playedMs / 1000));
    put(out, this.#playEnds, track);
    if (this.#clock) {
      out.putByte(pipe);
      this.#time(out, day, this.#clock.begin(ms));
    }
    this.#end(out, day * 3);
  }

  download(day: number, track: number): void {
    const out = this.#begin(day * 3 + 1);
    put(out, this.#downloads, track);
    this.#end(out, day * 3 + 1);
  }

  search(day: number, ms: number, track: number): void {
    const out = this.#begin(day * 3 + 2);
    this.#time(out, day, ms);
    out.putByte(pipe);
    put(out, this.#names, track);
    this.#end(out, day * 3 + 2);
  }

  #time(out: Bytes, day: number, ms: number): void {
    put(out, this.#dates, day);
    const seconds = Math.floor(ms / 1000);
    out.putByte(32);
    out.putPadded(Math.floor(seconds / 3600), 2);
    out.putByte(58);
    out.putPadded(Math.floor(seconds / 60) % 60, 2);
    out.putByte(58);
    out.putPadded(seconds % 60, 2);
  }

  skip(): void {
    // This format shows a skip as a short play.
  }

  like(): void {
    throw new Error("Broken invariant: this format has no likes");
  }

  advertisement(): void {
    throw new Error("Broken invariant: this format has no advertisements");
  }

  purchase(): void {
    throw new Error("Broken invariant: this format has no purchases");
  }

  #begin(file: number): Bytes {
    const out = this.files[file]!;
    out.reserve(this.#longest);
    this.#from = out.length;
    out.put(this.#prefix);
    return out;
  }

  #end(out: Bytes, file: number): void {
    out.endLine();
    this.#spoiler?.after(out, this.#from, { file, rows: musicboxKinds[file % 3]! });
  }
}

function put(out: Bytes, texts: PackedTexts, index: number): void {
  out.put(texts.bytes, texts.starts[index]!, texts.starts[index + 1]!);
}

function longestOf(starts: Int32Array): number {
  let longest = 0;
  for (let i = 1; i < starts.length; i++) longest = Math.max(longest, starts[i]! - starts[i - 1]!);
  return longest;
}
