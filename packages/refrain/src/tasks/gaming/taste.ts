import { codedColumn, Frame, implicitAls } from "@refrain/learn";
import type { SqlColumn } from "../../lake/index.js";

/** Plays by user, sitting, device and artist, in this order; columns of equal length. */
export interface Sittings {
  readonly users: readonly (string | null)[];
  readonly sittings: Float64Array;
  readonly devices: readonly (string | null)[];
  readonly artists: readonly (string | null)[];
  readonly plays: Float64Array;
}

/** By how much a user's taste differs, by user. */
export interface Tastes {
  readonly bySitting: ReadonlyMap<string, number>;
  readonly byDevice: ReadonlyMap<string, number>;
}

/** How a job of this kind is run. */
export interface TasteOptions {
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Directions of taste. */
const factors = 16;
const sweeps = 4;
/** Beyond this a difference says no more. */
const most = 100;

/** The columns of `sittingsSql`. */
export function sittingsOf(columns: readonly SqlColumn[]): Sittings {
  const [users, sittings, devices, artists, plays] = columns.map(({ values }) => values);
  return {
    users: users as readonly (string | null)[],
    sittings: sittings as Float64Array,
    devices: devices as readonly (string | null)[],
    artists: artists as readonly (string | null)[],
    plays: plays as Float64Array,
  };
}

/**
 * Whether several people listen: artists get places by who else plays them (implicit ALS), and a
 * user's plays are parted by sitting, or by device. What is told is the variance between the parts
 * over the variance within them, both by degrees of freedom (the F of an analysis of variance over
 * all directions): near 1 where one taste plays everywhere, more where two take turns.
 * @returns users of whom there is one part, or no more plays than parts, are not in the maps
 */
export async function tastesOf(rows: Sittings, options: TasteOptions): Promise<Tastes> {
  const directions = await directionsOf(rows, options);
  const [bySitting, byDevice] = [new Map<string, number>(), new Map<string, number>()];
  const { users, sittings, devices } = rows;
  for (let from = 0; from < users.length; ) {
    let to = from + 1;
    while (to < users.length && users[to] === users[from]) to += 1;
    const user = users[from]!;
    const sitting = variances(rows, { from, to, directions }, (row) => `${sittings[row]}`);
    const device = variances(rows, { from, to, directions }, (row) => devices[row] ?? "");
    if (sitting !== undefined) bySitting.set(user, sitting);
    if (device !== undefined) byDevice.set(user, device);
    from = to;
  }
  return { bySitting, byDevice };
}

/** A direction of length 1 for each artist. */
async function directionsOf(
  { users, artists, plays }: Sittings,
  { threads, signal }: TasteOptions,
): Promise<ReadonlyMap<string, Float32Array>> {
  if (users.length === 0) return new Map();
  const column = (name: string, texts: readonly (string | null)[]) => {
    const dictionary = [...new Set(texts as readonly string[])].sort();
    const places = new Map(dictionary.map((text, place) => [text, place]));
    return codedColumn(
      name,
      Int32Array.from(texts, (text) => places.get(text!)!),
      dictionary,
    );
  };
  const frame = new Frame([column("user", users), column("item", artists)]);
  const model = await implicitAls.fit(
    frame,
    undefined,
    { factors, sweeps, seed: 1 },
    { weight: plays, threads, signal },
  );
  return new Map(
    model.items.map((artist, item) => {
      const own = model.itemFactors.slice(item * model.width, item * model.width + factors);
      const length = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0));
      return [artist, own.map((value) => (length > 0 ? value / length : 0))] as const;
    }),
  );
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly directions: ReadonlyMap<string, Float32Array>;
}

/** The variance between parts of a user's plays over that within them. */
function variances(
  { artists, plays }: Sittings,
  { from, to, directions }: Range,
  partOf: (row: number) => string,
): number | undefined {
  const parts = new Map<string, { readonly sum: Float64Array; plays: number }>();
  for (let row = from; row < to; row += 1) {
    const direction = directions.get(artists[row]!);
    if (direction === undefined) continue;
    const name = partOf(row);
    const part = parts.get(name) ?? { sum: new Float64Array(factors), plays: 0 };
    const count = plays[row]!;
    for (let at = 0; at < factors; at += 1) part.sum[at]! += count * direction[at]!;
    part.plays += count;
    parts.set(name, part);
  }
  const all = new Float64Array(factors);
  let [count, explained] = [0, 0];
  for (const part of parts.values()) {
    count += part.plays;
    explained += squared(part.sum) / part.plays;
    for (let at = 0; at < factors; at += 1) all[at]! += part.sum[at]!;
  }
  if (parts.size < 2 || count <= parts.size) return undefined;
  // Directions have length 1, so a play's square is 1.
  const within = (count - explained) / (count - parts.size);
  const between = Math.max(0, explained - squared(all) / count) / (parts.size - 1);
  return Math.min(most, between / Math.max(within, 1e-6));
}

function squared(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
