import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { spellingsByFile } from "../injection/beside-sources.js";
import { type BesideRatings, hideBeside } from "../injection/hide-beside.js";
import { injectRaters, raterKinds } from "../injection/inject.js";
import type { Ratings } from "../injection/ratings.js";
import { readItems } from "../injection/read-items.js";
import { readRatings } from "../injection/read-ratings.js";
import { readViews } from "../injection/read-views.js";
import { placeSeries } from "../injection/series.js";
import type { HiddenRatings, HiddenTruth } from "../injection/series-campaigns.js";
import { viewLines } from "../injection/views.js";
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
import { itemLines } from "./series-catalogue.js";
import { drawSeriesService } from "./series-service.js";

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
 * in both crooked raters can be hidden. Where titles have series or there is a viewing log,
 * `items.csv` and `views.csv` stand beside. Truth: `truth/abuse.csv`, a line for each crooked
 * account.
 * @throws OPTION_INVALID, BASE_TOO_SMALL, RATINGS_EMPTY, OUT_NOT_EMPTY, OUT_BUSY, INTERRUPTED,
 *   DISK_FULL, and what `withSourceFile` throws
 */
export async function simulateRatings(options: RatingsOptions): Promise<RatingsSummary> {
  const scenario = toRatingsScenario(options);
  const { abuse, seed } = scenario;
  const { base: file } = options;
  const given = file === undefined ? undefined : await readPeople(file, options);
  const known = given ? describeBase(scenario, given.ratings) : scenario;
  return writeFolder(known, options, async (folder) => {
    const people = given ?? (await drawPeople(scenario, options));
    const base = people.ratings;
    if (!abuse) return writeAll(folder, people, ratingLines(base));
    const { each, kinds, strength } = abuse;
    const injected = injectRaters(base, {
      ...{ seed, perKindAndHalf: each, kinds: raterKinds.filter((kind) => kinds.includes(kind)) },
      together: 0.3 + 0.6 * strength,
    });
    const reshaped = reshapeRaters(base, injected, { seed, strength });
    const hidden = hideBeside(
      people,
      { ratings: reshaped, truth: injected.truth },
      { seed, perKindAndHalf: each, strength, kinds },
    );
    const rows = ratingLines(hidden.ratings);
    const truth = truthLines(hidden, rows, strength);
    await writeFile(join(folder, truthFiles.abuse), `${[header, ...truth].join("\n")}\n`);
    const written = await writeAll(folder, { ...hidden.beside, ratings: hidden.ratings }, rows);
    return { ...written, abusers: countKinds(hidden.truth) };
  });
}

type People = BesideRatings & { readonly ratings: Ratings };

async function readPeople(file: string, options: RatingsOptions): Promise<People> {
  const { itemsFile, viewsFile, signal } = options;
  const job = { ...(signal && { signal }) };
  const spelt = spellingsByFile(options.columns);
  const { ratings } = await readRatings(file, { ...job, columns: spelt.ratings });
  const items = itemsFile && (await readItems(itemsFile, { ...job, columns: spelt.items }));
  const log = viewsFile && (await readViews(viewsFile, ratings, { ...job, columns: spelt.views }));
  return {
    ratings,
    ...(items && { series: placeSeries(items, ratings.itemIds).series }),
    ...(log && { views: log.views }),
  };
}

async function drawPeople(scenario: RatingsScenario, options: RatingsOptions): Promise<People> {
  if (!scenario.series) return { ratings: await drawGenuineRatings(scenario, options) };
  const { ratings, catalogue, views } = await drawSeriesService(scenario, options);
  return { ratings, views, series: catalogue.series };
}

/** Ratings, and what stands beside them. */
async function writeAll(folder: string, people: People, rows: RatingRowsInOrder) {
  const { series, views, ratings } = people;
  const write = (name: string, lines: readonly string[]) =>
    writeFile(join(folder, name), `${lines.join("\n")}\n`);
  if (series) await write("items.csv", itemLines(series, ratings.itemIds));
  if (views) await write("views.csv", viewLines(views));
  return writeRatings(folder, rows);
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
  { ratings, truth }: HiddenRatings,
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

/** Accounts of one kind that share their targets or their series are a group: `bandwagon-1`, … */
function numberGroups(truth: readonly HiddenTruth[]): (one: HiddenTruth) => string {
  const groups = new Map<string, string>();
  const counts = new Map<string, number>();
  const keyOf = ({ kind, targets, series }: HiddenTruth) =>
    series === undefined ? `${kind} ${targets.join(" ")}` : `${kind} of ${series}`;
  for (const one of truth) {
    if (one.kind === undefined || one.targets.length === 0 || groups.has(keyOf(one))) continue;
    const count = (counts.get(one.kind) ?? 0) + 1;
    counts.set(one.kind, count);
    groups.set(keyOf(one), `${one.kind}-${count}`);
  }
  return (one) => groups.get(keyOf(one)) ?? "";
}

function countKinds(truth: readonly HiddenTruth[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of truth) if (kind) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
