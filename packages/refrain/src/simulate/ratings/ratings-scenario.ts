import type { JobOptions } from "../../foundation/index.js";
import type { HiddenKind } from "../injection/hide-beside.js";
import { viewingKinds } from "../injection/repeated-viewing.js";
import { seriesKinds } from "../injection/series-campaigns.js";
import { assertDay, assertWhole, refuse } from "../scenario.js";
import { completeRaterAbuse, type RaterAbuse } from "./rater-abuse.js";

/** What `simulateRatings` is asked for. */
export interface RatingsOptions extends JobOptions {
  /** Folder for the files; `truth/` stands in it. */
  readonly out: string;
  /** A ratings file to hide crooked raters in; without it the service's own genuine ratings. */
  readonly base?: string;
  /** Titles of the base with their series: campaigns against series can be hidden. */
  readonly itemsFile?: string;
  /** Viewing log of the base's users: repeated viewing can be hidden. */
  readonly viewsFile?: string;
  /** Spellings of columns; `items.item` and `views.user` say of which file. With `base`. */
  readonly columns?: Readonly<Record<string, string>>;
  /** A service with series: fans, `items.csv`, and `views.csv`. Not with `base`. */
  readonly series?: boolean;
  /** Genuine users, 1 … 200,000. Default 1,000. Not with `base`. */
  readonly users?: number;
  /** Titles, 100 … 50,000; users · titles at most 4 · 10^8. Default 1,700. Not with `base`. */
  readonly items?: number;
  /** Days over which they rate, 1 … 3,650. Default 240. Not with `base`. */
  readonly days?: number;
  /** First day, `YYYY-MM-DD`. Default 2020-01-01. Not with `base`. */
  readonly start?: string;
  /** Seed, 0 … 2^53 - 1; equal seeds give equal bytes. Default 1. */
  readonly seed?: number;
  /** Crooked raters; with `base` twelve of each kind and half unless told, else none. */
  readonly abuse?: Partial<RaterAbuse>;
}

/** A simulation of ratings without its place: everything that its bytes depend on. Plain data. */
export interface RatingsScenario {
  readonly as: "ratings";
  readonly users: number;
  readonly items: number;
  readonly days: number;
  readonly start: string;
  readonly seed: number;
  /** There where the service has series. */
  readonly series?: true;
  /** Absent where all raters are genuine. */
  readonly abuse?: RaterAbuse;
}

const pairs = 4e8;

function kindsBeside({ series, itemsFile, viewsFile }: RatingsOptions): HiddenKind[] {
  return [
    ...(series || itemsFile !== undefined ? seriesKinds : []),
    ...(series || viewsFile !== undefined ? viewingKinds : []),
  ];
}

function checkBeside({ base, series, itemsFile, viewsFile }: RatingsOptions): void {
  if (base !== undefined && series) {
    refuse("--series", "true", "without --base, or --items with it");
  }
  if (base !== undefined) return;
  if (itemsFile !== undefined) refuse("--items", itemsFile, "with --base, whose titles it names");
  if (viewsFile !== undefined) refuse("--views", viewsFile, "with --base, whose users it follows");
}

/**
 * Checks the options and fills in the defaults.
 * @throws OPTION_INVALID
 */
export function toRatingsScenario(options: RatingsOptions): RatingsScenario {
  const { base, abuse = base === undefined ? undefined : {} } = options;
  const scenario: RatingsScenario = {
    as: "ratings",
    users: options.users ?? 1_000,
    items: options.items ?? 1_700,
    days: options.days ?? 240,
    start: options.start ?? "2020-01-01",
    seed: options.seed ?? 1,
    ...(options.series ? { series: true } : {}),
    ...(abuse ? { abuse: completeRaterAbuse(abuse, kindsBeside(options)) } : {}),
  };
  const { users, items } = scenario;
  checkBeside(options);
  for (const name of ["users", "items", "days", "start"] as const) {
    if (base === undefined || options[name] === undefined) continue;
    refuse(`--${name}`, options[name], "without --base, or leave it out: the base decides it");
  }
  assertWhole("--users", users, 1, 200_000);
  assertWhole("--items", items, 100, 50_000);
  assertWhole("--days", scenario.days, 1, 3_650);
  assertWhole("--seed", scenario.seed, 0, Number.MAX_SAFE_INTEGER);
  assertDay(scenario.start);
  if (users * items > pairs) {
    refuse("--users", users, `at most ${Math.floor(pairs / items)} for so many titles`);
  }
  return scenario;
}
