import type { Person } from "./person.js";

/**
 * Receives what happens, in time order within a listener, and writes it in a format's own way.
 * Times are a day index and milliseconds since that day's midnight.
 */
export interface LogSink {
  /** The events that follow are this listener's. */
  listener(person: Person): void;
  /** The events that follow belong to this visit. */
  session(id: number): void;
  play(day: number, ms: number, track: number, playedMs: number): void;
  skip(day: number, ms: number, track: number): void;
  like(day: number, ms: number, track: number): void;
  advertisement(day: number, ms: number): void;
  purchase(day: number, ms: number): void;
  search(day: number, ms: number, track: number): void;
  download(day: number, track: number): void;
}
