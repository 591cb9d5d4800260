import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type InjectedRatings, injectRaters, type RaterTruth } from "../injection/inject.js";
import type { Ratings } from "../injection/ratings.js";
import { readRatings } from "../injection/read-ratings.js";
import { truthFiles } from "../truth-files.js";
import { writeFolder } from "../write-folder.js";
import { drawGenuineRatings } from "./genuine-ratings.js";
import { type RatingRowsInOrder, ratingLines } from "./rating-lines.js";
import {
  type RatingsOptions,
  type RatingsScenario,
  toRatingsScenario,
} from "./ratings-scenario.js";
import { reshapeRaters } from "./reshape.js";

/** What was simulated; everything but `seconds` and `out` is a function of scenario and base. */
export interface RatingsSummary extends RatingsScenario {
  readonly out: string;
  /** Ratings. */
  readonly events: number;
  readonly bytes: number;
  /** Crooked accounts, by kind; absent where none was asked for. */
  readonly abusers?: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** First line of `truth/abuse.csv` beside ratings; targets are parted by blanks. */
const header = "user_id,kind,strength,since,until,group,direction,targets";

/**
 * Writes `ratings.tsv`: what the service's own users rate, with times, or a given file of ratings;
 * in both crooked raters can be hidden. Truth: `truth/abuse.csv`, a line for each crooked account.
 * @throws OPTION_INVALID, BASE_TOO_SMALL, RATINGS_EMPTY, OUT_NOT_EMPTY, OUT_BUSY, INTERRUPTED,
 *   DISK_FULL, and what `withSourceFile` throws
 */
export async function simulateRatings(options: RatingsOptions): Promise<RatingsSummary> {
  const scenario = toRatingsScenario(options);
  const { abuse, seed } = scenario;
  const { base: file, signal } = options;
  const hooks = { ...(signal && { signal }) };
  const given = file === undefined ? undefined : (await readRatings(file, hooks)).ratings;
  const known = given ? describeBase(scenario, given) : scenario;
  return writeFolder(known, options, async (folder) => {
    const base = given ?? (await drawGenuineRatings(scenario, options));
    if (!abuse) return writeRatings(folder, ratingLines(base));
    const { each, kinds, strength } = abuse;
    const injected = injectRaters(base, {
      ...{ seed, perKindAndHalf: each, kinds },
      together: 0.3 + 0.6 * strength,
    });
    const ratings = reshapeRaters(base, injected, { seed, strength });
    const rows = ratingLines(ratings);
    const truth = truthLines({ ratings, truth: injected.truth }, rows, strength);
    await writeFile(join(folder, truthFiles.abuse), `${[header, ...truth].join("\n")}\n`);
    const written = await writeRatings(folder, rows);
    return { ...written, abusers: countKinds(injected.truth) };
  });
}

/** What a base decides instead of the options. */
function describeBase(scenario: RatingsScenario, { userIds, itemIds }: Ratings): RatingsScenario {
  return { ...scenario, users: userIds.length, items: itemIds.length };
}

async function writeRatings(folder: string, { lines }: RatingRowsInOrder) {
  const text = `${lines.join("\n")}\n`;
  await writeFile(join(folder, "ratings.tsv"), text);
  return { events: lines.length - 1, bytes: Buffer.byteLength(text) };
}

/** A line for each crooked account, in the order of the accounts. */
function truthLines(
  { ratings, truth }: InjectedRatings,
  { since, until }: RatingRowsInOrder,
  strength: number,
): string[] {
  const groupOf = numberGroups(truth);
  const day = (at: number) => (Number.isNaN(at) ? "" : new Date(at).toISOString().slice(0, 10));
  return truth.flatMap((one, user) => {
    if (one.anomalous === 0) return [];
    const targets = one.targets.map((item) => ratings.itemIds[item]!).join(" ");
    const when = [day(since[user]!), day(until[user]!)];
    const told = [ratings.userIds[user], one.kind, strength.toFixed(3), ...when];
    return [[...told, groupOf(one), one.direction ?? "", targets].join(",")];
  });
}

/** Accounts of one kind that share their targets are a group: `bandwagon-1`, … */
function numberGroups(truth: readonly RaterTruth[]): (one: RaterTruth) => string {
  const groups = new Map<string, string>();
  const counts = new Map<string, number>();
  const keyOf = ({ kind, targets }: RaterTruth) => `${kind} ${targets.join(" ")}`;
  for (const one of truth) {
    if (one.kind === undefined || one.targets.length === 0 || groups.has(keyOf(one))) continue;
    const count = (counts.get(one.kind) ?? 0) + 1;
    counts.set(one.kind, count);
    groups.set(keyOf(one), `${one.kind}-${count}`);
  }
  return (one) => groups.get(keyOf(one)) ?? "";
}

function countKinds(truth: readonly RaterTruth[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of truth) if (kind) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
