/** Who listened to which artist how often (hetrec_lastfm, 1,892 users), parted user by user. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { codedColumn, Frame, RandomStream } from "@refrain/learn";

const file = fileURLToPath(
  new URL("../../shared/data/hetrec_lastfm/user_artists.dat.gz", import.meta.url),
);

/** Plays by user and artist, as places. */
export interface Listening {
  readonly users: number;
  readonly artists: number;
  readonly user: Int32Array;
  readonly artist: Int32Array;
  readonly plays: Float64Array;
}

function places(values: readonly string[]): { codes: Int32Array; count: number } {
  const known = new Map<string, number>();
  const codes = Int32Array.from(values, (value) => {
    const place = known.get(value) ?? known.size;
    known.set(value, place);
    return place;
  });
  return { codes, count: known.size };
}

/** Reads the file; undefined where it is not there. */
export function readListening(): Listening | undefined {
  if (!existsSync(file)) return undefined;
  const lines = gunzipSync(readFileSync(file)).toString("utf8").trim().split(/\r?\n/).slice(1);
  const cells = lines.map((line) => line.split("\t"));
  const column = (place: number) => cells.map((row) => row[place]!);
  const [user, artist] = [places(column(0)), places(column(1))];
  return {
    users: user.count,
    artists: artist.count,
    user: user.codes,
    artist: artist.codes,
    plays: Float64Array.from(column(2), Number),
  };
}

/** Parts rows: of every user so large a share (of two rows at least one) is held out. */
export function partByUser(
  { users, user }: Pick<Listening, "users" | "user">,
  rows: Uint32Array,
  share: number,
  seed: number,
): { readonly kept: Uint32Array; readonly held: Uint32Array } {
  const random = new RandomStream(seed, "lastfm split");
  const own: number[][] = Array.from({ length: users }, () => []);
  for (const row of rows) own[user[row]!]!.push(row);
  const kept: number[] = [];
  const held: number[] = [];
  for (const list of own) {
    const order = Uint32Array.from(list);
    random.shuffle(order);
    const count = Math.min(order.length - 1, Math.round(share * order.length));
    for (const [place, row] of order.entries()) (place < count ? held : kept).push(row);
  }
  return { kept: Uint32Array.from(kept).sort(), held: Uint32Array.from(held).sort() };
}

/** The chosen rows as a table, and their plays. */
export function tableOf({ users, artists, user, artist, plays }: Listening, rows: Uint32Array) {
  const names = (count: number) => Array.from({ length: count }, (_, place) => String(place));
  const frame = new Frame([
    codedColumn("user", user, names(users)),
    codedColumn("item", artist, names(artists)),
  ]).take(rows);
  return { frame, weight: Float64Array.from(rows, (row) => plays[row]!) };
}

/** The artists of each user among the chosen rows, one after the other. */
export function relevantOf({ users, user, artist }: Listening, rows: Uint32Array) {
  const starts = new Int32Array(users + 1);
  for (const row of rows) starts[user[row]! + 1]! += 1;
  for (let at = 0; at < users; at++) starts[at + 1]! += starts[at]!;
  const next = starts.slice();
  const indices = new Int32Array(rows.length);
  for (const row of rows) indices[next[user[row]!]!++] = artist[row]!;
  return { starts, indices };
}
