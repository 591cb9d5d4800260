import { explainTrees, type Frame } from "@refrain/learn";
import type { Ratings } from "../../simulate/index.js";
import { detectorNamed } from "./detectors.js";
import { featureWords } from "./feature-words.js";
import type { RaterFeatures } from "./features/rater-features.js";
import { seriesWords } from "./series/series-words.js";
import type { RaterModel } from "./supervised.js";
import { viewingWords } from "./viewing/viewing-words.js";

/** Why an account is in the queue. */
export interface RaterReason {
  /** Feature or detector. */
  readonly code: string;
  /** The same in words. */
  readonly text: string;
  /** The feature's value. */
  readonly value: number | null;
  /** Share of all users below it, 0…1. */
  readonly rank: number | null;
}

/** A rating that counts against an account. */
export interface SuspectTitle {
  readonly item: string;
  /** The title in words, where a file of items has it. */
  readonly title?: string;
  readonly rating: number;
  /** How many others rated it at the same end where it does not fit them either. */
  readonly others: number;
}

/** An account that goes along. */
export interface Accomplice {
  readonly user: string;
  /** Odd ratings that both have: same title, same end of the scale. */
  readonly shared: number;
}

/** What is known against one account. */
export interface Evidence {
  readonly reasons: readonly RaterReason[];
  readonly titles: readonly SuspectTitle[];
  readonly accomplices: readonly Accomplice[];
}

const words: typeof featureWords = { ...featureWords, ...seriesWords, ...viewingWords };
const reasonsShown = 3;
const accomplicesShown = 5;

/**
 * Evidence for some users: the features that speak against each in the boosting (Shapley values),
 * or the detector that spoke; the titles that do not fit; who shares them.
 * @param spoke name of the detector that spoke for each user, `learnt` for the model
 */
export async function evidenceFor(
  users: readonly number[],
  spoke: readonly string[],
  given: {
    readonly features: RaterFeatures;
    readonly ratings: Ratings;
    readonly model: RaterModel | undefined;
    /** Each item's title in words, where there is one. */
    readonly titles?: readonly (string | undefined)[];
    readonly signal?: AbortSignal | undefined;
  },
): Promise<readonly Evidence[]> {
  const { features, ratings, model, titles } = given;
  const ranks = new Map(
    features.frame.columns.map(({ name }) => [name, ranker(features.frame, name)]),
  );
  const reasonOf = (code: string, user: number): RaterReason => {
    const value = features.frame.numbers(code)[user]!;
    const rank = ranks.get(code)!(value);
    const said = words[code];
    const text = (rank >= 0.5 ? said?.high : said?.low) ?? code;
    return { code, text, value, rank };
  };
  const shares = model && (await explained(model, features.frame.take([...users]), given.signal));
  return users.map((user, at) => {
    const text = detectorNamed(spoke[at]!)?.reason;
    const reasons: RaterReason[] = text
      ? [{ code: spoke[at]!, text, value: null, rank: null }]
      : [];
    const strongest = shares?.[at] ?? byRank(features.frame, ranks, user);
    for (const code of strongest) {
      // What cannot be told of a user speaks neither for nor against it.
      if (Number.isNaN(features.frame.numbers(code)[user]!)) continue;
      const reason = reasonOf(code, user);
      if (reasons.length >= reasonsShown) break;
      if (!reasons.some(({ text }) => text === reason.text)) reasons.push(reason);
    }
    return {
      reasons,
      titles: features.oddTitles(user).map(({ place, others }) => ({
        item: ratings.itemIds[ratings.item[place]!]!,
        ...titleOf(titles?.[ratings.item[place]!]),
        rating: ratings.value[place]!,
        others,
      })),
      accomplices: features
        .accomplices(user)
        .slice(0, accomplicesShown)
        .map(({ user: other, shared }) => ({ user: ratings.userIds[other]!, shared })),
    };
  });
}

function titleOf(title: string | undefined): { readonly title?: string } {
  return title === undefined ? {} : { title };
}

/** For each row the features that speak most for "anomalous", the strongest first. */
async function explained(
  { boosting, isByKind }: RaterModel,
  frame: Frame,
  signal: AbortSignal | undefined,
): Promise<readonly (readonly string[])[]> {
  const { values } = await explainTrees(boosting, frame, {
    ...(signal && { signal }),
  });
  const names = boosting.schema.columns.map(({ name }) => name);
  // Where kinds were learnt apart, output 0 is the margin of "genuine".
  const sign = isByKind ? -1 : 1;
  return Array.from({ length: frame.rowCount }, (_, row) => {
    const own = names.map((name, column) => ({
      name,
      share: sign * values[row * names.length + column]!,
    }));
    return own
      .filter(({ share }) => share > 0)
      .sort((a, b) => b.share - a.share)
      .map(({ name }) => name);
  });
}

/** Features in which a user is farthest from the middle. */
function byRank(
  frame: Frame,
  ranks: ReadonlyMap<string, (value: number) => number>,
  user: number,
): readonly string[] {
  return frame.columns
    .map(({ name }) => {
      const rank = ranks.get(name)!(frame.numbers(name)[user]!);
      return { name, far: Number.isNaN(rank) ? 0 : Math.abs(rank - 0.5) };
    })
    .sort((a, b) => b.far - a.far)
    .map(({ name }) => name);
}

/** The share of users below a value, half of those equal, of those who have one. */
function ranker(frame: Frame, name: string): (value: number) => number {
  const sorted = Float64Array.from(frame.numbers(name))
    .filter((value) => !Number.isNaN(value))
    .sort();
  const below = (value: number, orEqual: boolean): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const isBefore = orEqual ? sorted[middle]! <= value : sorted[middle]! < value;
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return (value) =>
    Number.isNaN(value) ? value : (below(value, false) + below(value, true)) / 2 / sorted.length;
}
