import { type Bytes, type PackedTexts, packTexts } from "./bytes.js";
import type { Calendar } from "./calendar.js";
import type { LogSink } from "./log-sink.js";
import type { Person } from "./person.js";
import type { Spoiler } from "./spoiler.js";
import type { World } from "./world.js";

const text = (value: string): Uint8Array => new Uint8Array(Buffer.from(value, "latin1"));
const head = text('{"timestamp": "');
const afterTime = text('", "user_id": ');
const afterUser = text(', "track_id": "');
const afterSession = text("}");
const kinds = {
  play: text('", "event_type": "PLAY", "session_id": '),
  skip: text('", "event_type": "SKIP", "session_id": '),
  like: text('", "event_type": "LIKE", "session_id": '),
  advertisement: text('", "event_type": "ADVERTISEMENT", "session_id": '),
  purchase: text('", "event_type": "BUY_PREMIUM", "session_id": '),
} as const;

/** First id of a listener. */
export const firstUserId = 101;
const firstSessionId = 124;
/** What the log is written with. */
interface LogTools {
  readonly calendar: Calendar;
  readonly world: World;
  readonly spoiler?: Spoiler | undefined;
}

const longestLine = 220;
const sessionsPlace = { file: 0, rows: "sessions" } as const;

/** Writes `sessions.jsonl`. */
export class PozytywkaLog implements LogSink {
  readonly #out: Bytes;
  readonly #dates: PackedTexts;
  readonly #trackIds: PackedTexts;
  readonly #spoiler: Spoiler | undefined;
  #userId = 0;
  #sessionId = 0;

  constructor(out: Bytes, { calendar, world, spoiler }: LogTools) {
    this.#out = out;
    this.#spoiler = spoiler;
    this.#dates = packTexts(calendar.iso);
    this.#trackIds = packTexts(world.trackIds);
  }

  listener(person: Person): void {
    this.#userId = firstUserId + person.index;
    this.#spoiler?.listener(person.index, this.#userId);
  }

  session(id: number): void {
    this.#sessionId = firstSessionId + id;
  }

  play(day: number, ms: number, track: number): void {
    this.#line(day, ms, track, kinds.play);
  }

  skip(day: number, ms: number, track: number): void {
    this.#line(day, ms, track, kinds.skip);
  }

  like(day: number, ms: number, track: number): void {
    this.#line(day, ms, track, kinds.like);
  }

  advertisement(day: number, ms: number): void {
    this.#line(day, ms, -1, kinds.advertisement);
  }

  purchase(day: number, ms: number): void {
    this.#line(day, ms, -1, kinds.purchase);
  }

  search(): void {
    throw new Error("Broken invariant: this format has no searches");
  }

  download(): void {
    throw new Error("Broken invariant: this format has no downloads");
  }

  #line(day: number, ms: number, track: number, kind: Uint8Array): void {
    const out = this.#out;
    out.reserve(longestLine);
    const from = out.length;
    out.put(head);
    this.#time(day, ms);
    out.put(afterTime);
    out.putInteger(this.#userId);
    out.put(afterUser);
    if (track >= 0) {
      const { bytes, starts } = this.#trackIds;
      out.put(bytes, starts[track]!, starts[track + 1]!);
    }
    out.put(kind);
    out.putInteger(this.#sessionId);
    out.put(afterSession);
    out.endLine();
    this.#spoiler?.after(out, from, sessionsPlace);
  }

  /** `2023-01-03T05:09:55`, and microseconds where the time is not a whole second. */
  #time(day: number, ms: number): void {
    const out = this.#out;
    const { bytes, starts } = this.#dates;
    out.put(bytes, starts[day]!, starts[day + 1]!);
    const seconds = Math.floor(ms / 1000);
    out.putByte(84);
    out.putPadded(Math.floor(seconds / 3600), 2);
    out.putByte(58);
    out.putPadded(Math.floor(seconds / 60) % 60, 2);
    out.putByte(58);
    out.putPadded(seconds % 60, 2);
    const rest = ms - seconds * 1000;
    if (rest === 0) return;
    out.putByte(46);
    out.putPadded(rest * 1000, 6);
  }
}
