/**
 * The churn table recomputed by loops over rows, from the definitions alone: nothing of the
 * compiled SQL or the declarations is used.
 */
import type { Engine } from "../lake/index.js";

interface Event {
  readonly user: string;
  /** Days since 1970. */
  readonly day: number;
  /** Microseconds since 1970. */
  readonly us: number;
  readonly arrivedUs: number;
  readonly device: string | null;
  readonly song: string | null;
  readonly artist: string | null;
  readonly seconds: number | null;
  readonly length: number | null;
}

/** One row; a missing value is null. */
export type ChurnRow = Record<string, string | number | null>;

/** How the reference cleans. */
export interface ReferenceOptions {
  readonly cutoffs: readonly string[];
  readonly outliers: "remove" | "winsorise" | "keep";
  readonly keepBots: boolean;
  readonly lagDays: number;
}

const dayUs = 86_400_000_000;

/** Reads the three logs of an engine whose views stand. */
export async function readEvents(engine: Engine): Promise<Record<string, Event[]>> {
  const logs: Record<string, Event[]> = {};
  for (const table of ["play", "download", "search"]) {
    const has = (name: string): string =>
      table === "play" || (table === "download" && name === "track_id") ? `"${name}"` : "NULL";
    const rows = await engine.rows(
      `SELECT "user_id" AS "user", epoch_us("event_at") AS "us",
        epoch_us("arrived_at") AS "arrivedUs", "device", ${has("track_id")} AS "song",
        ${has("artist_name")} AS "artist", ${has("play_seconds")} AS "seconds",
        ${has("track_seconds")} AS "length" FROM "${table}"`,
    );
    logs[table] = rows.map(
      (row) => ({ ...row, day: Math.floor(Number(row["us"]) / dayUs) }) as unknown as Event,
    );
  }
  return logs;
}

/** The table by `uid cutoff`, and users left out as bots by cutoff. */
export function referenceChurn(
  logs: Record<string, Event[]>,
  options: ReferenceOptions,
): { rows: Map<string, ChurnRow>; bots: number } {
  const rows = new Map<string, ChurnRow>();
  const last = Math.max(...Object.values(logs).flatMap((log) => log.map((event) => event.day)));
  let bots = 0;
  for (const cutoff of options.cutoffs) {
    const day = Date.parse(`${cutoff}T00:00:00Z`) / 86_400_000;
    const knownUs = (day + options.lagDays) * dayUs;
    const known = (log: readonly Event[], days: number): Event[] =>
      log.filter((one) => one.day < day && one.day >= day - days && one.arrivedUs <= knownUs);
    const isBot = options.keepBots ? new Set<string>() : findBots(known(logs["play"]!, 1e6));
    const seen = Object.values(logs).flatMap((log) => known(log, 30).map((one) => one.user));
    const users = new Set(seen.filter((user) => !isBot.has(user)));
    bots += new Set(seen.filter((user) => isBot.has(user))).size;
    const playDays = groupDays(known(logs["play"]!, 30).filter((one) => users.has(one.user)));
    const limit = options.outliers === "keep" ? Number.POSITIVE_INFINITY : limitOf(playDays);
    for (const user of users) {
      const own = (table: string): Event[] =>
        known(logs[table]!, 30).filter((one) => one.user === user);
      const later = Object.values(logs).some((log) =>
        log.some((one) => one.user === user && one.day >= day && one.day < day + 14),
      );
      const row = userRow({
        day,
        plays: own("play"),
        downs: own("download"),
        searches: own("search"),
        limit,
        outliers: options.outliers,
      });
      if (!row) continue;
      const label = day + 14 <= last + 1 ? (later ? 0 : 1) : null;
      rows.set(`${user} ${cutoff}`, { uid: user, cutoff, label, ...row });
    }
  }
  return { rows, bots };
}

function groupDays(events: readonly Event[]): Map<string, Event[]> {
  const days = new Map<string, Event[]>();
  for (const event of events) {
    const key = `${event.user} ${event.day}`;
    const held = days.get(key);
    if (held) held.push(event);
    else days.set(key, [event]);
  }
  return days;
}

function findBots(plays: readonly Event[]): Set<string> {
  const bots = new Set<string>();
  for (const events of groupDays(plays).values()) {
    const ms = events.reduce((sum, { seconds }) => sum + playMs(seconds), 0);
    if (ms > 86_400_000) bots.add(events[0]!.user);
  }
  return bots;
}

function playMs(seconds: number | null): number {
  return seconds === null || seconds < 0 || seconds > 86_400 ? 0 : Math.floor(seconds * 1e3 + 0.5);
}

function limitOf(days: ReadonlyMap<string, readonly Event[]>): number {
  const counts = [...days.values()].map((events) => events.length).sort((a, b) => a - b);
  return counts[Math.ceil(counts.length * 0.999) - 1] ?? Number.POSITIVE_INFINITY;
}

interface UserLogs {
  readonly day: number;
  readonly plays: readonly Event[];
  readonly downs: readonly Event[];
  readonly searches: readonly Event[];
  readonly limit: number;
  readonly outliers: ReferenceOptions["outliers"];
}

/** What one day of plays adds up to, after cleaning. */
interface PlayDay {
  readonly day: number;
  readonly weekday: number;
  readonly plays: number;
  readonly ms: number;
  readonly full: number;
  readonly measured: number;
  readonly timed: number;
  readonly blocks: readonly number[];
  readonly events: readonly Event[];
}

function playDays({ plays, limit, outliers }: UserLogs): PlayDay[] {
  return [...groupDays(plays).values()].flatMap((events) => {
    const isOver = events.length > limit;
    if (isOver && outliers === "remove") return [];
    const cut = (count: number): number =>
      isOver ? Math.floor((count * limit) / events.length) : count;
    const measured = events.filter((one) => (one.length ?? 0) > 0 && (one.seconds ?? -1) >= 0);
    const hour = (block: number): number =>
      cut(events.filter((one) => Math.floor((one.us % dayUs) / (dayUs / 4)) === block).length);
    return [
      {
        day: events[0]!.day,
        weekday: (events[0]!.day + 3) % 7,
        plays: cut(events.length),
        ms: cut(events.reduce((sum, { seconds }) => sum + playMs(seconds), 0)),
        full: cut(measured.filter((one) => one.seconds! >= one.length! * 0.9).length),
        measured: cut(measured.length),
        timed: cut(events.length),
        blocks: [0, 1, 2, 3].map(hour),
        events,
      },
    ];
  });
}

const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const blocks = ["night", "morning", "afternoon", "evening"];

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

type Total = (of: (one: PlayDay) => number, last?: number) => number;

function ratios(counts: Record<string, (last: number) => number>, total: Total): ChurnRow {
  const trend = (kind: string, short: number, long: number): number | null =>
    share(counts[kind]!(short) * long, counts[kind]!(long) * short);
  const plays = counts["P"]!(30);
  const timed = total((one) => one.timed);
  const onDay = (weekday: number): number =>
    total((one) => (one.weekday === weekday ? one.plays : 0));
  const inBlock = (block: number): number => total((one) => one.blocks[block]!);
  return {
    trend_P_3_14: trend("P", 3, 14),
    trend_P_7_30: trend("P", 7, 30),
    trend_D_7_30: trend("D", 7, 30),
    trend_S_7_30: trend("S", 7, 30),
    ...Object.fromEntries(weekdays.map((name, day) => [`share_${name}`, share(onDay(day), plays)])),
    ...Object.fromEntries(
      blocks.map((name, block) => [`share_${name}`, share(inBlock(block), timed)]),
    ),
  };
}

function userRow(logs: UserLogs): ChurnRow | undefined {
  const { day, downs, searches } = logs;
  const days = playDays(logs);
  if (days.length + downs.length + searches.length === 0) return undefined;
  const total: Total = (of, last = 30) =>
    days.filter((one) => one.day >= day - last).reduce((sum, one) => sum + of(one), 0);
  const counts: Record<string, (last: number) => number> = {
    P: (last) => total((one) => one.plays, last),
    D: (last) => downs.filter((one) => one.day >= day - last).length,
    S: (last) => searches.filter((one) => one.day >= day - last).length,
  };
  const since = (all: readonly number[]): number | null =>
    all.length === 0 ? null : day - Math.max(...all);
  const active = new Set([...days, ...downs, ...searches].map((one) => one.day));
  const heard = days.flatMap((one) => one.events);
  const different = (all: readonly (string | null)[]): number =>
    new Set(all.filter((one) => one !== null)).size;
  const timed = total((one) => one.timed);
  const times = heard.map((one) => one.us);
  return {
    ...Object.fromEntries(
      ["P", "D", "S"].flatMap((kind) =>
        [1, 3, 7, 14, 30].map((last) => [`freq_${kind}_last_${last}`, counts[kind]!(last)]),
      ),
    ),
    days_from_last_play: since(days.map((one) => one.day)),
    days_from_last_down: since(downs.map((one) => one.day)),
    days_from_last_search: since(searches.map((one) => one.day)),
    play_seconds_last_7: total((one) => one.ms, 7) / 1e3,
    play_seconds_last_30: total((one) => one.ms) / 1e3,
    full_plays_last_30: total((one) => one.full),
    full_play_share_last_30: share(
      total((one) => one.full),
      total((one) => one.measured),
    ),
    active_days_last_7: [...active].filter((one) => one >= day - 7).length,
    active_days_last_30: active.size,
    distinct_songs_last_30: different(heard.map((one) => one.song)),
    distinct_artists_last_30: different(heard.map((one) => one.artist)),
    device: lastDevice([...logs.plays, ...downs, ...searches]),
    ...ratios(counts, total),
    mean_gap_hours_last_30:
      timed < 2 ? null : (Math.max(...times) - Math.min(...times)) / ((timed - 1) * 3_600e6),
  };
}

function lastDevice(events: readonly Event[]): string | null {
  const named = events.filter((one) => one.device !== null);
  const last = Math.max(...named.map((one) => one.day));
  const onLast = named.filter((one) => one.day === last).map((one) => one.device as string);
  return onLast.sort().at(-1) ?? null;
}
