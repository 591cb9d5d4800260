import { explainTrees, type Frame } from "@refrain/learn";
import type { Ratings } from "../../simulate/index.js";
import type { RaterFeatures } from "./features/rater-features.js";
import { type RaterReason, type ReasonBook, reasonBook } from "./reason-text.js";
import type { RaterModel } from "./supervised.js";

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
  const book = reasonBook(features.frame);
  const shares = model && (await explained(model, features.frame.take([...users]), given.signal));
  return users.map((user, at) => {
    const reasons = reasonsOf(book, user, {
      ...{ spoke: spoke[at]!, strongest: shares?.[at] ?? book.farthest(user) },
    });
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

/** What spoke, then the strongest features that are unusual and say something else. */
function reasonsOf(
  book: ReasonBook,
  user: number,
  { spoke, strongest }: { readonly spoke: string; readonly strongest: readonly string[] },
): readonly RaterReason[] {
  const first = book.ofDetector(spoke, user);
  const reasons: RaterReason[] = first ? [first.reason] : [];
  const codes = first ? [...first.codes] : [];
  for (const code of strongest) {
    if (reasons.length >= reasonsShown) break;
    const reason = book.ofFeature(code, user);
    if (!reason || codes.some((other) => book.isSame(code, other))) continue;
    reasons.push(reason);
    codes.push(code);
  }
  const text = "no number of it stands out alone, but all together are as of crooked accounts";
  return reasons.length > 0 ? reasons : [{ code: "together", text, value: null, rank: null }];
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
