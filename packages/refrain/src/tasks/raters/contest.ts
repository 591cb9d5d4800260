import { readdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { RandomStream } from "@refrain/learn";
import { asDiskFull, csvField, type JobOptions, writeAtomically } from "../../foundation/index.js";
import {
  besideKinds,
  type HiddenRatings,
  hideBeside,
  injectRaters,
  itemLines,
  type Ratings,
  raterKinds,
  readRatings,
  spellingsByFile,
  viewLines,
} from "../../simulate/index.js";
import { leastUsers } from "./detect-raters.js";
import { ratersErrors } from "./errors.js";
import { type BesideFiles, readBeside } from "./series/beside.js";

/** How to make a contest. */
export interface CreateContestOptions extends JobOptions, BesideFiles {
  /** Ratings of people. */
  readonly base: string;
  /** A folder that is not there yet, or empty. */
  readonly out: string;
  readonly seed?: number;
  readonly scale?: { readonly low: number; readonly high: number };
  /** Share of the users that is anomalous; .066 unless told. */
  readonly anomalousShare?: number;
}

/** What a contest holds. */
export interface ContestSummary {
  readonly out: string;
  readonly users: number;
  readonly anomalous: number;
  readonly ratings: number;
  /** Users to be judged, and how many of them the public ranking looks at. */
  readonly test: number;
  readonly public: number;
  /** Labels of step 1 and step 2. */
  readonly step1: number;
  readonly step2: number;
  /** Kinds that step 2 never labels. */
  readonly neverLabelled: readonly string[];
}

/** Files of a contest, within its folder. */
export const contestFiles = {
  ratings: "ratings.csv",
  items: "items.csv",
  views: "views.csv",
  step1: "step1/labels.csv",
  step2: "step2/labels.csv",
  test: "test.csv",
  public: "public.csv",
  truth: "truth/labels.csv",
} as const;

/** Share of the labels that step 2 keeps. */
const keptLabels = 0.1;
/** Share of the users to be judged that the public ranking looks at. */
const publicShare = 0.3;

/**
 * Writes a contest: `ratings.csv`; `step1/labels.csv` with all labels of the training half;
 * `step2/labels.csv` with a tenth of them and two kinds never labelled; `test.csv`, the users to
 * judge; `public.csv`, those of the public ranking; `items.csv` and `views.csv` where the base has
 * some; and `truth/`, to be kept back.
 * @throws CONTEST_EXISTS, RATERS_FEW, RATINGS_EMPTY, BASE_TOO_SMALL, and what `withSourceFile`
 *   throws
 */
export async function createContest(options: CreateContestOptions): Promise<ContestSummary> {
  const { out, seed = 1, anomalousShare = 0.066, scale, signal } = options;
  if (!(await isFree(out))) throw ratersErrors.CONTEST_EXISTS({ folder: out });
  const job = { ...(signal && { signal }) };
  const { ratings: base } = await readRatings(options.base, {
    ...{ ...job, ...(scale && { scale }) },
    columns: spellingsByFile(options.columns).ratings,
  });
  const people = { ratings: base, ...(await readBeside(options, base, job)) };
  const perKindAndHalf = Math.max(1, Math.ceil((anomalousShare * base.userIds.length) / 16));
  // Each further kind is as frequent as one of the ten; all together make the share.
  const more = besideKinds(people).length;
  const share = (anomalousShare * raterKinds.length) / (raterKinds.length + more);
  const injected = injectRaters(base, { seed, perKindAndHalf, anomalousShare: share });
  const crooked = injected.truth.filter((one) => one.anomalous === 1).length;
  const hidden = hideBeside(people, injected, {
    ...{ seed, perKindAndHalf: Math.max(1, Math.round(crooked / raterKinds.length / 2)) },
  });
  const { ratings, truth, beside } = hidden;
  if (truth.length < leastUsers) throw ratersErrors.RATERS_FEW({ users: base.userIds.length });
  const random = new RandomStream(seed, "contest");
  const first = random.below(raterKinds.length);
  const second = (first + 1 + random.below(raterKinds.length - 1)) % raterKinds.length;
  const neverLabelled = [raterKinds[first]!, raterKinds[second]!];
  const users = [...truth.keys()];
  const train = users.filter((user) => truth[user]!.half === 0);
  const test = users.filter((user) => truth[user]!.half === 1);
  const isPublic = new Set(test.filter(() => random.uniform() < publicShare));
  const shown = train.filter((user) => !neverLabelled.some((kind) => kind === truth[user]!.kind));
  const step2 = ([0, 1] as const)
    .flatMap((mark) =>
      tenthOf(
        shown.filter((user) => truth[user]!.anomalous === mark),
        random,
      ),
    )
    .sort((a, b) => a - b);
  const labelled = (chosen: readonly number[]) => [
    "user,anomalous",
    ...chosen.map((user) => `${ratings.userIds[user]},${truth[user]!.anomalous}`),
  ];
  const named = (chosen: readonly number[]) => ["user", ...chosen.map((u) => ratings.userIds[u]!)];
  await writeTogether(out, {
    [contestFiles.ratings]: ratingLines(ratings),
    ...(beside.series && { [contestFiles.items]: itemLines(beside.series, ratings.itemIds) }),
    ...(beside.views && { [contestFiles.views]: viewLines(beside.views) }),
    [contestFiles.step1]: labelled(train),
    [contestFiles.step2]: labelled(step2),
    [contestFiles.test]: named(test),
    [contestFiles.public]: named([...isPublic]),
    [contestFiles.truth]: truthLines(hidden, isPublic),
  });
  return {
    ...{ out, users: users.length, ratings: ratings.item.length, test: test.length },
    anomalous: truth.filter((one) => one.anomalous === 1).length,
    ...{ public: isPublic.size, step1: train.length, step2: step2.length, neverLabelled },
  };
}

/** A tenth at random, and one at least: a contest without an anomalous label teaches nothing. */
function tenthOf(users: readonly number[], random: RandomStream): number[] {
  const order = Int32Array.from(users);
  random.shuffle(order);
  return [...order.subarray(0, Math.ceil(keptLabels * users.length))];
}

async function isFree(out: string): Promise<boolean> {
  const found = await readdir(out).catch((error: NodeJS.ErrnoException) =>
    error.code === "ENOENT" ? [] : [out],
  );
  return found.length === 0;
}

/** Writes files into a folder beside, which takes the place of `out` when all are there. */
async function writeTogether(
  out: string,
  files: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  const part = `${resolve(out)}.part`;
  try {
    await rm(part, { recursive: true, force: true });
    for (const [name, lines] of Object.entries(files)) {
      const text = `${lines.join("\n")}\n`;
      await writeAtomically(join(part, name), (path) => writeFile(path, text));
    }
    await rmdir(out).catch(() => undefined);
    await rename(part, out);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    throw asDiskFull(error, out);
  }
}

/** Ratings as CSV lines; what was rated again stands there again. */
export function ratingLines(ratings: Ratings): readonly string[] {
  const { userIds, itemIds, userStart, item, value, at, repeats } = ratings;
  const lines = [at ? "user,item,rating,at" : "user,item,rating"];
  for (const [user, id] of userIds.entries()) {
    const from = userStart[user]!;
    const own: string[] = [];
    for (let k = from; k < userStart[user + 1]!; k++) {
      const time = at && !Number.isNaN(at[k]!) ? `,${Math.round(at[k]! / 1000)}` : at ? "," : "";
      own.push(`${csvField(id)},${csvField(itemIds[item[k]!]!)},${value[k]}${time}`);
    }
    for (let k = 0; k < repeats[user]!; k++) lines.push(own[k % own.length]!);
    lines.push(...own);
  }
  return lines;
}

function truthLines(
  { ratings, truth }: HiddenRatings,
  isPublic: ReadonlySet<number>,
): readonly string[] {
  const of = (items: readonly number[]) => items.map((one) => ratings.itemIds[one]!).join(" ");
  return [
    "user,anomalous,kind,split,public,direction,targets",
    ...truth.map(({ anomalous, kind, half, direction, targets }, user) =>
      [
        ...[ratings.userIds[user]!, anomalous, kind ?? "", half === 0 ? "train" : "test"],
        ...[isPublic.has(user) ? 1 : 0, direction ?? "", csvField(of(targets))],
      ].join(","),
    ),
  ];
}
