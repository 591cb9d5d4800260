import { gammaLower } from "@refrain/learn";
import { areWithin, type ComparedRows, Lookalikes, middle } from "./lookalikes.js";

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
  const usual = usualCounts(rows, lookalikes);
  const rowsOf = new Map<string, number[]>([...suspects].map((user) => [user, []]));
  for (const [row, user] of rows.users.entries()) {
    if (lookalikes.has(row)) rowsOf.get(user)?.push(row);
  }
  const tests = suspects.size * widths.length * rarity;
  return [...rowsOf.values()].flatMap((own) => {
    const told = differing(own, [(row) => lookalikes.counts(row), usual]).map((row) => {
      return { row, others: lookalikes.around(row).filter((other) => other !== row) };
    });
    return widths.flatMap((width): Lockstep[] => {
      const found = unlikely(timesNear(rows, lookalikes, told, width), tests);
      if (found === undefined) return [];
      const group = new Set(found.users);
      const isShared = (row: number) =>
        lookalikes.close(row, width).some((other) => group.has(rows.users[other]!));
      const days = new Set(own.filter(isShared).map((row) => rows.days![row]!));
      return [
        {
          users: [rows.users[own[0]!]!, ...group],
          days: [...days].sort(),
          expected: found.chance + 1,
        },
      ];
    });
  });
}

/** A row of a user, and the rows of others around it. */
interface Surrounded {
  readonly row: number;
  readonly others: readonly number[];
}

/** How often others were near on some rows of a user, and how often chance would have it. */
function timesNear(
  { users }: ComparedRows,
  lookalikes: Lookalikes,
  own: readonly Surrounded[],
  width: number,
) {
  const near = new Map<string, number>();
  const expected = new Map<string, number>();
  const add = (to: Map<string, number>, others: readonly number[], times: number): void => {
    for (const user of new Set(others.map((row) => users[row]!))) {
      to.set(user, (to.get(user) ?? 0) + times);
    }
  };
  for (const { row, others } of own) {
    const counts = lookalikes.counts(row);
    const isNear = (other: number) => areWithin(lookalikes.counts(other), counts, width);
    add(expected, others, lookalikes.share(row, width));
    add(near, others.filter(isNear), 1);
  }
  return { near, expected };
}

/** Those who were near so often that chance gives hardly any; undefined where it may be chance. */
function unlikely(
  { near, expected }: ReturnType<typeof timesNear>,
  tests: number,
): { readonly users: readonly string[]; readonly chance: number } | undefined {
  const most = [...near.values()].reduce((a, b) => Math.max(a, b), 0);
  for (let often = 2; often <= most; often += 1) {
    const users = [...near.keys()].filter((user) => near.get(user)! >= often);
    let chance = 0;
    for (const times of expected.values()) chance += gammaLower(often, times);
    const tail = gammaLower(users.length, Math.max(chance, 1e-9));
    if (tail * tests * (most - 1) <= 1 && chance <= byChance * users.length) {
      return { users, chance };
    }
  }
  return undefined;
}

/** Counts of a row over what users usually play on its day: on some days all play more. */
function usualCounts({ features, days = [] }: ComparedRows, lookalikes: Lookalikes) {
  const plays = features.numbers("totUsage");
  const ofDay = new Map<string, number[]>();
  for (const [row, day] of days.entries()) {
    if (!lookalikes.has(row)) continue;
    const own = ofDay.get(day) ?? [];
    if (own.length === 0) ofDay.set(day, own);
    own.push(plays[row]!);
  }
  const middles = new Map([...ofDay].map(([day, all]) => [day, middle(all)]));
  return (row: number) => lookalikes.counts(row).map((count) => count / middles.get(days[row]!)!);
}

/** Those of a user's rows that are apart from each row before, however counts are told. */
function differing(
  rows: readonly number[],
  ways: readonly ((row: number) => number[])[],
): number[] {
  const kept: number[] = [];
  for (const row of rows) {
    const isApart = (other: number) =>
      ways.every((counts) => !areWithin(counts(row), counts(other), apart));
    if (kept.every(isApart)) kept.push(row);
  }
  return kept;
}
