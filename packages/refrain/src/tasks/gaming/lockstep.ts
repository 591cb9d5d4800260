import { exp, gammaLower, groupCodes } from "@refrain/learn";
import { type ComparedRows, Lookalikes, middle } from "./lookalikes.js";

/** Users who are near each other on several days. */
export interface Lockstep {
  /** The suspect first. */
  readonly users: readonly string[];
  /** Days on which the suspect was near one of the others, in their order. */
  readonly days: readonly string[];
  /** Users that chance would put so near each other so often. */
  readonly expected: number;
}

/** Counts within such a share are near: the second one finds those who differ a little each day. */
const widths = [0.02, 0.08] as const;
/** Days whose counts are within this share are one: who listens alike each day agrees each day. */
const apart = 0.1;
/** Of those who are near so often, chance may give this share. */
const byChance = 0.1;

/**
 * Who was in lockstep with suspects, day after day. Users who are around a suspect on a day are
 * near by chance as often as the place that is near is small; for so many days with as many users
 * around, chance gives a number of users near on two days, on three, and so on. The fewest days are
 * taken at which there are far more.
 * @param rows usage by user and day
 * @param rarity chance makes a group in one of so many searches
 */
export function lockstepsOf(
  rows: ComparedRows,
  suspects: ReadonlySet<string>,
  rarity: number,
): Lockstep[] {
  const lookalikes = new Lookalikes(rows);
  const levels = usualPlays(rows, lookalikes);
  const tally = new Tally(rows.users);
  const rowsOf = new Map<string, number[]>([...suspects].map((user) => [user, []]));
  for (const [row, user] of rows.users.entries()) {
    if (lookalikes.has(row)) rowsOf.get(user)?.push(row);
  }
  const tests = suspects.size * widths.length * rarity;
  return [...rowsOf.values()].flatMap((own) => {
    const told = differing(own, (row, other) => {
      const plain = lookalikes.isWithin(row, other, apart);
      return plain || lookalikes.isWithin(row, other, apart, levels(row) / levels(other));
    }).map((row) => ({ row, others: lookalikes.around(row).filter((other) => other !== row) }));
    return widths.flatMap((width): Lockstep[] => {
      for (const { row, others } of told) {
        const isNear = (other: number) => lookalikes.isWithin(other, row, width);
        tally.add(others, lookalikes.share(row, width), isNear);
      }
      const found = unlikely(tally.take(), tests);
      if (found === undefined) return [];
      const group = new Set(found.rows.map((row) => rows.users[row]!));
      const isShared = (row: number) =>
        lookalikes.close(row, width).some((other) => group.has(rows.users[other]!));
      const days = new Set(own.filter(isShared).map((row) => rows.days![row]!));
      const users = [rows.users[own[0]!]!, ...group];
      return [{ users, days: [...days].sort(), expected: found.chance + 1 }];
    });
  });
}

/** How often others were near on the days of one user, and how often chance would have it. */
interface Times {
  /** A row of each of the others. */
  readonly rows: readonly number[];
  readonly near: readonly number[];
  readonly expected: readonly number[];
}

/** Counts for one user after the other, whom many are around. */
class Tally {
  readonly #codes: Int32Array;
  readonly #near: Int32Array;
  readonly #expected: Float64Array;
  /** The call of `add` that saw a user last: of a day that stands there twice one counts. */
  readonly #seen: Int32Array;
  #calls = 0;
  #rows: number[] = [];

  constructor(users: readonly string[]) {
    this.#codes = groupCodes(users);
    const most = users.length;
    this.#near = new Int32Array(most);
    this.#expected = new Float64Array(most);
    this.#seen = new Int32Array(most);
  }

  /** @param share of those around a row that chance puts near it */
  add(others: readonly number[], share: number, isNear: (row: number) => boolean): void {
    this.#calls += 1;
    for (const row of others) {
      const code = this.#codes[row]!;
      if (this.#seen[code] === this.#calls) continue;
      this.#seen[code] = this.#calls;
      if (this.#expected[code] === 0) this.#rows.push(row);
      this.#expected[code]! += share;
      if (isNear(row)) this.#near[code]! += 1;
    }
  }

  /** What was counted; the next one begins anew. */
  take(): Times {
    const rows = this.#rows;
    this.#rows = [];
    const taken = (counts: Int32Array | Float64Array): number[] =>
      rows.map((row) => {
        const value = counts[this.#codes[row]!]!;
        counts[this.#codes[row]!] = 0;
        return value;
      });
    return { rows, near: taken(this.#near), expected: taken(this.#expected) };
  }
}

/** Those who were near so often that chance gives hardly any; undefined where it may be chance. */
function unlikely(
  { rows, near, expected }: Times,
  tests: number,
): { readonly rows: readonly number[]; readonly chance: number } | undefined {
  const most = near.reduce((a, b) => Math.max(a, b), 0);
  // A Poisson number of mean m is k with the probability p = e^-m m^k / k!, and k or more with at
  // most p (k + 1) / (k + 1 - m).
  let exactly = expected.map((mean) => exp(-mean) * mean);
  for (let often = 2; often <= most; often += 1) {
    exactly = exactly.map((one, at) => (one * expected[at]!) / often);
    const orMore = (one: number, mean: number): number =>
      mean < often ? Math.min(1, (one * (often + 1)) / (often + 1 - mean)) : 1;
    const chance = exactly.reduce((sum, one, at) => sum + orMore(one, expected[at]!), 0);
    const others = rows.filter((_, at) => near[at]! >= often);
    const tail = gammaLower(others.length, Math.max(chance, 1e-9));
    if (tail * tests * (most - 1) <= 1 && chance <= byChance * others.length) {
      return { rows: others, chance };
    }
  }
  return undefined;
}

/** What users usually play on the day of a row: on some days all play more. */
function usualPlays({ features, days = [] }: ComparedRows, lookalikes: Lookalikes) {
  const plays = features.numbers("totUsage");
  const ofDay = new Map<string, number[]>();
  for (const [row, day] of days.entries()) {
    if (!lookalikes.has(row)) continue;
    const own = ofDay.get(day) ?? [];
    if (own.length === 0) ofDay.set(day, own);
    own.push(plays[row]!);
  }
  const middles = new Map([...ofDay].map(([day, all]) => [day, middle(all)]));
  return (row: number): number => middles.get(days[row]!)!;
}

/** Those of a user's rows that are like no row before them. */
function differing(
  rows: readonly number[],
  isLike: (row: number, other: number) => boolean,
): number[] {
  const kept: number[] = [];
  for (const row of rows) if (!kept.some((other) => isLike(row, other))) kept.push(row);
  return kept;
}
