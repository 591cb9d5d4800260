/**
 * The premium table recomputed from the JSON lines by loops over arrays, from the definitions
 * alone: nothing of the SQL, the lake or the declarations is used.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

interface Session {
  readonly timestamp: string;
  readonly user_id: number | null;
  readonly track_id: string | null;
  readonly event_type: string | null;
}
interface Track {
  readonly id: string;
  readonly name: string;
  readonly id_artist: string;
  readonly release_date: string;
  readonly [numeric: string]: string | number;
}
interface User {
  readonly user_id: number;
  readonly favourite_genres: readonly string[] | null;
  readonly premium_user: boolean | null;
}

interface Moment {
  readonly us: bigint;
  readonly type: string;
  readonly track: string | null;
}

/** One row of the table; a missing mean is null. */
export type ReferenceRow = Record<string, string | number | null>;

function readLines<Row>(folder: string, name: string): Row[] {
  const text = gunzipSync(readFileSync(join(folder, `${name}.jsonl.gz`))).toString("utf8");
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as Row);
}

/** Microseconds since 1970 of `YYYY-MM-DDTHH:MM:SS[.ffffff]`. */
function toMicroseconds(text: string): bigint {
  const [seconds = "", fraction = ""] = text.split(".");
  return BigInt(Date.parse(`${seconds}Z`)) * 1000n + BigInt(fraction.padEnd(6, "0").slice(0, 6));
}

const dayUs = 86_400_000_000n;

class Mean {
  readonly #factor: number;
  #sum = 0n;
  #count = 0;
  constructor(decimals: number) {
    this.#factor = 10 ** decimals;
  }
  add(value: number | undefined | null): void {
    if (value === undefined || value === null) return;
    this.#sum += BigInt(Math.floor(value * this.#factor + 0.5));
    this.#count++;
  }
  get value(): number | null {
    return this.#count === 0 ? null : Number(this.#sum) / (this.#count * this.#factor);
  }
}

/** Decimals to which each track column is rounded before it is summed. */
const decimals: Readonly<Record<string, number>> = {
  acousticness: 9,
  danceability: 9,
  energy: 9,
  instrumentalness: 9,
  liveness: 9,
  loudness: 3,
  speechiness: 9,
  tempo: 3,
  valence: 9,
};

/** The table by `user_id year month`, and how many users were left out as flagged. */
export function referencePremium(folder: string): {
  rows: Map<string, ReferenceRow>;
  flaggedRows: number;
} {
  const tracks = new Map(readLines<Track>(folder, "tracks").map((track) => [track.id, track]));
  const genres = new Map(
    readLines<{ id: string; genres: string[] | null }>(folder, "artists").map((artist) => [
      artist.id,
      artist.genres ?? [],
    ]),
  );
  const costs = new Map(
    readLines<{ track_id: string; daily_cost: number }>(folder, "track_storage").map((one) => [
      one.track_id,
      one.daily_cost,
    ]),
  );
  const byUser = new Map<number, Moment[]>();
  let last = 0n;
  for (const session of readLines<Session>(folder, "sessions")) {
    if (session.user_id === null || session.event_type === null) continue;
    const us = toMicroseconds(session.timestamp);
    if (us > last) last = us;
    const moments = byUser.get(session.user_id) ?? [];
    moments.push({ us, type: session.event_type, track: session.track_id });
    byUser.set(session.user_id, moments);
  }
  const observedUntil = (last / dayUs + 1n) * dayUs;
  const rows = new Map<string, ReferenceRow>();
  let flaggedRows = 0;
  for (const user of readLines<User>(folder, "users")) {
    const moments = byUser.get(user.user_id) ?? [];
    const own = userRows(user, moments, { tracks, genres, costs, observedUntil });
    if (user.premium_user && !moments.some((one) => one.type === "BUY_PREMIUM")) {
      flaggedRows += own.length;
      continue;
    }
    for (const row of own) rows.set(`${row["user_id"]} ${row["year"]} ${row["month"]}`, row);
  }
  return { rows, flaggedRows };
}

interface World {
  readonly tracks: ReadonlyMap<string, Track>;
  readonly genres: ReadonlyMap<string, readonly string[]>;
  readonly costs: ReadonlyMap<string, number>;
  readonly observedUntil: bigint;
}

function userRows(user: User, moments: readonly Moment[], world: World): ReferenceRow[] {
  const purchases = moments.filter((one) => one.type === "BUY_PREMIUM").map((one) => one.us);
  const first = purchases.reduce<bigint | null>(
    (low, us) => (low === null || us < low ? us : low),
    null,
  );
  const months = new Map<string, Moment[]>();
  for (const moment of moments) {
    if (moment.type === "BUY_PREMIUM" || (first !== null && moment.us >= first)) continue;
    const month = new Date(Number(moment.us / 1000n)).toISOString().slice(0, 7);
    months.set(month, [...(months.get(month) ?? []), moment]);
  }
  return [...months].map(([month, inMonth]) => {
    const year = Number(month.slice(0, 4));
    const number = Number(month.slice(5));
    const starts = BigInt(Date.UTC(year, number - 1, 1)) * 1000n;
    const ends = BigInt(Date.UTC(year, number, 1)) * 1000n;
    const buys = (from: bigint, to: bigint): number =>
      purchases.filter((us) => us >= from && us < to).length;
    const firstEvent = inMonth.map((one) => one.us).reduce((a, b) => (b < a ? b : a));
    const known = ends + 30n * dayUs <= world.observedUntil;
    const soonKnown = firstEvent + 30n * dayUs < world.observedUntil;
    return {
      user_id: String(user.user_id),
      year,
      month: number,
      premium_user_numerical: purchases.length > 0 ? 1 : 0,
      will_buy_premium_next_month_numerical: known
        ? Math.min(1, buys(ends, ends + 30n * dayUs))
        : null,
      number_of_premium: buys(starts, ends),
      ...monthFeatures(user, { inMonth, moments }, world),
      will_buy_premium_30_days_from_first_event_numerical: soonKnown
        ? Math.min(1, buys(firstEvent + 1n, firstEvent + 30n * dayUs + 1n))
        : null,
    };
  });
}

interface Heard {
  readonly inMonth: readonly Moment[];
  readonly moments: readonly Moment[];
}

function monthFeatures(user: User, { inMonth, moments }: Heard, world: World): ReferenceRow {
  const favourites = new Set(user.favourite_genres ?? []);
  const number = (type: string): number => inMonth.filter((one) => one.type === type).length;
  const artists = new Set<string>();
  const met = new Set<string>();
  const means = new Map(Object.entries(decimals).map(([name, scale]) => [name, new Mean(scale)]));
  const popularity = new Mean(3);
  const favouritePopularity = new Mean(3);
  const [released, duration, explicit, nameLength] = [
    new Mean(0),
    new Mean(0),
    new Mean(0),
    new Mean(0),
  ];
  const cost = new Mean(9);
  let liked = 0;
  let inFavourite = 0;
  let totalDuration = 0;
  for (const play of inMonth.filter((one) => one.type === "PLAY")) {
    if (
      moments.some((one) => one.type === "LIKE" && one.track === play.track && one.us <= play.us)
    ) {
      liked++;
    }
    const track = world.tracks.get(play.track ?? "");
    if (!track) continue;
    artists.add(track.id_artist);
    const shared = (world.genres.get(track.id_artist) ?? []).filter((one) => favourites.has(one));
    for (const genre of shared) met.add(genre);
    if (shared.length > 0) {
      inFavourite++;
      favouritePopularity.add(track["popularity"] as number);
    }
    for (const [name, mean] of means) mean.add(track[name] as number);
    popularity.add(track["popularity"] as number);
    const [year, month = "01", day = "01"] = track.release_date.split("-");
    released.add(Date.parse(`${year}-${month}-${day}T00:00:00Z`) / 1000);
    duration.add(track["duration_ms"] as number);
    totalDuration += track["duration_ms"] as number;
    explicit.add(track["explicit"] as number);
    nameLength.add([...track.name].length);
    cost.add(world.costs.get(track.id));
  }
  return {
    number_of_advertisements: number("ADVERTISEMENT"),
    number_of_tracks: number("PLAY"),
    number_of_skips: number("SKIP"),
    number_of_likes: number("LIKE"),
    number_of_liked_tracks_listened: liked,
    number_of_tracks_in_favourite_genre: inFavourite,
    total_number_of_favourite_genres_listened: met.size,
    average_popularity_in_favourite_genres: favouritePopularity.value,
    total_tracks_duration_ms: totalDuration,
    number_of_different_artists: artists.size,
    average_release_date: released.value,
    average_duration_ms: duration.value,
    explicit_tracks_ratio: explicit.value,
    average_popularity: popularity.value,
    ...Object.fromEntries([...means].map(([name, mean]) => [`average_${name}`, mean.value])),
    average_track_name_length: nameLength.value,
    average_daily_cost: cost.value,
  };
}
