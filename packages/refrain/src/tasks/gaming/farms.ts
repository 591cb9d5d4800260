import { gammaLower } from "@refrain/learn";
import type { UsageDays } from "./data.js";
import { lockstepsOf } from "./lockstep.js";
import { type ComparedRows, comparedColumns, Lookalikes, middle } from "./lookalikes.js";
import { readDailyUsage } from "./read-lake.js";
import type { ReadUsageOptions } from "./read-usage.js";

/** Users whose days are nearly the same: accounts in lockstep. */
export interface Farm {
  readonly users: readonly string[];
  readonly rows: readonly number[];
  /** Usual counts of its users: plays, most of one album, of one track, of one artist. */
  readonly usual: readonly number[];
  /** Users that chance would put so near each other. */
  readonly expected: number;
  /** Days on which they were near each other; absent where no day was looked at by itself. */
  readonly days?: readonly string[];
}

/** Farms, the largest first. */
export interface Farms {
  readonly list: readonly Farm[];
  /** Place in the list of each row that belongs to one. */
  readonly of: ReadonlyMap<number, number>;
}

const leastUsers = 3;
/** A group is a farm where chance makes one such group in so many files, all seeds counted. */
const filesForOneByChance = 20;

/** Rows that were found to belong together. */
interface Link {
  readonly rows: readonly number[];
  readonly expected: number;
  readonly days: readonly string[];
}

/**
 * Farms around suspicious rows; of a lake's days that were counted together, each is looked at.
 * @param seeds rows to start from
 * @throws LAKE_NOT_FOUND, INTERRUPTED
 */
export async function findFarms(
  rows: UsageDays,
  seeds: Uint32Array,
  job: Pick<ReadUsageOptions, "limits" | "signal">,
): Promise<Farms> {
  const { counted } = rows;
  const isOverDays = counted !== undefined && counted.span > 1 && seeds.length > 0;
  return farmsOf(rows, seeds, isOverDays ? await readDailyUsage(counted, job) : rows);
}

/**
 * Groups of near-identical users around suspicious rows: on a day, and on several days together.
 * What is near by chance is known from how many users of the same make stand around: where many
 * listeners have such counts, many agree.
 * @param rows what was scored
 * @param seeds rows to start from
 * @param daily the same by day, where `rows` counts days together
 */
export function farmsOf(rows: ComparedRows, seeds: Iterable<number>, daily = rows): Farms {
  const suspicious = [...seeds];
  const links = [...sameDay(rows, suspicious), ...overDays(rows, suspicious, daily)];
  const parent = new Map<number, number>();
  const rootOf = (row: number): number => {
    let root = row;
    while (parent.get(root) !== root) root = parent.get(root)!;
    return root;
  };
  for (const { rows: linked } of links) {
    for (const row of linked) if (!parent.has(row)) parent.set(row, row);
    for (const row of linked) parent.set(rootOf(row), rootOf(linked[0]!));
  }
  const members = new Map<number, number[]>();
  for (const row of [...parent.keys()].sort((a, b) => a - b)) {
    const root = rootOf(row);
    members.set(root, [...(members.get(root) ?? []), row]);
  }
  const farms = [...members].map(([root, own]): Farm => {
    const from = links.filter((link) => rootOf(link.rows[0]!) === root);
    const days = [...new Set(from.flatMap((link) => link.days))].sort();
    return {
      users: [...new Set(own.map((row) => rows.users[row]!))],
      rows: own,
      usual: comparedColumns.map((name) =>
        middle(own.map((row) => rows.features.numbers(name)[row]!)),
      ),
      expected: Math.max(...from.map(({ expected }) => expected)),
      ...(days.length > 0 && { days }),
    };
  });
  farms.sort((a, b) => b.rows.length - a.rows.length || a.rows[0]! - b.rows[0]!);
  const of = new Map(farms.flatMap((farm, at) => farm.rows.map((row) => [row, at] as const)));
  return { list: farms, of };
}

/** Seeds with more users near than chance gives, on one day. */
function sameDay(rows: ComparedRows, seeds: readonly number[]): Link[] {
  const lookalikes = new Lookalikes(rows);
  const list = seeds.filter((row) => lookalikes.has(row));
  return list.flatMap((seed): Link[] => {
    const close = lookalikes.close(seed);
    if (close.length < leastUsers) return [];
    const share = lookalikes.share(seed);
    const others = lookalikes.around(seed).length - close.length;
    const chance = (others * share) / (1 - share);
    const isChance = (users: number): boolean =>
      users < leastUsers ||
      gammaLower(users - 1, Math.max(chance, 1e-9)) * list.length * filesForOneByChance > 1;
    // Days that stand there twice are one user's.
    if (isChance(close.length) || isChance(new Set(close.map((row) => rows.users[row])).size)) {
      return [];
    }
    const day = rows.days?.[seed];
    return [{ rows: [seed, ...close], expected: chance + 1, days: day === undefined ? [] : [day] }];
  });
}

/** Rows of users who are near each other on several days. */
function overDays(rows: ComparedRows, seeds: readonly number[], daily: ComparedRows): Link[] {
  if (daily.days === undefined) return [];
  const suspects = new Set(seeds.map((row) => rows.users[row]!));
  const found = lockstepsOf(daily, suspects, filesForOneByChance);
  const rowsOf = new Map<string, number[]>(
    found.flatMap(({ users }) => users.map((user) => [user, []] as const)),
  );
  for (const [row, user] of rows.users.entries()) rowsOf.get(user)?.push(row);
  return found.map(({ users, days, expected }) => {
    const isOfThese = (row: number) => !rows.days || days.includes(rows.days[row]!);
    return { days, expected, rows: users.flatMap((user) => rowsOf.get(user)!.filter(isOfThese)) };
  });
}
