import type { LogSink } from "../log-sink.js";
import type { Person } from "../person.js";

/** An event that was written down instead of written out. */
export interface RecordedEvent {
  readonly kind: "play" | "skip" | "like" | "advertisement" | "search" | "download" | "purchase";
  readonly day: number;
  readonly ms: number;
  /** -1 where there is none. */
  readonly track: number;
  readonly playedMs: number;
  /** The visit, numbered by its listener. */
  readonly session: number;
}

/** Writes a day of a listener down, so that two listeners' days can be put in one order. */
export class RecordingSink implements LogSink {
  #events: RecordedEvent[] = [];
  #session = 0;
  #last = 0;

  /** Hands out what was recorded since the last call. */
  take(): RecordedEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  listener(_: Person): void {
    this.#last = 0;
  }

  session(id: number): void {
    this.#session = id;
  }

  play(day: number, ms: number, track: number, playedMs: number): void {
    this.#add("play", { day, ms, track, playedMs });
  }

  skip(day: number, ms: number, track: number): void {
    this.#add("skip", { day, ms, track, playedMs: 0 });
  }

  like(day: number, ms: number, track: number): void {
    this.#add("like", { day, ms, track, playedMs: 0 });
  }

  advertisement(day: number, ms: number): void {
    this.#add("advertisement", { day, ms, track: -1, playedMs: 0 });
  }

  purchase(day: number, ms: number): void {
    this.#add("purchase", { day, ms, track: -1, playedMs: 0 });
  }

  search(day: number, ms: number, track: number): void {
    this.#add("search", { day, ms, track, playedMs: 0 });
  }

  /** Downloads have no time of their own: they follow what was played before. */
  download(day: number, track: number): void {
    this.#add("download", { day, ms: this.#last, track, playedMs: 0 });
  }

  #add(kind: RecordedEvent["kind"], event: Omit<RecordedEvent, "kind" | "session">): void {
    this.#last = event.ms;
    this.#events.push({ kind, session: this.#session, ...event });
  }
}

/** Writes recorded events out; the listener and the visits are told by the caller. */
export function replay(sink: LogSink, event: RecordedEvent): void {
  const { kind, day, ms, track } = event;
  if (kind === "play") sink.play(day, ms, track, event.playedMs);
  else if (kind === "skip") sink.skip(day, ms, track);
  else if (kind === "like") sink.like(day, ms, track);
  else if (kind === "search") sink.search(day, ms, track);
  else if (kind === "download") sink.download(day, track);
  else if (kind === "advertisement") sink.advertisement(day, ms);
  else sink.purchase(day, ms);
}
