import { RandomStream } from "@refrain/learn";
import type { Ratings } from "./ratings.js";
import type { HiddenRatings, HiddenTruth } from "./series-campaigns.js";
import { logOf, type View, type Views, viewsOf } from "./views.js";

const second = 1_000;
const day = 86_400_000;

/** Ratings of people, and what they watched. */
export interface WatchedBase {
  readonly ratings: Ratings;
  /** Log of the same users. */
  readonly views: Views;
}

/**
 * The viewing log of a base for the accounts that were made of it. Who is one person of the base
 * keeps that person's views; a shared account has those of both people, thinned as its ratings
 * are; an account made from nothing has none (half of them), or watches some of what it rates for
 * show.
 * @param hidden accounts, each with the users of the base that it is made of
 */
export function viewsOfHidden(people: WatchedBase, hidden: HiddenRatings, seed: number): Views {
  const { ratings, truth } = hidden;
  const base = people.views;
  const byItem = new Map<number, number[]>();
  for (const [k, item] of base.item.entries()) {
    const known = byItem.get(item);
    if (known) known.push(k);
    else byItem.set(item, [k]);
  }
  const rows = truth.flatMap((one, user): View[] => {
    const random = new RandomStream(seed, "views of accounts", user);
    if (one.from.length === 0) return shown(base, byItem, { ratings, user, random });
    return kept(people, one, { ratings, user, random });
  });
  return logOf({ userIds: ratings.userIds, itemIds: base.itemIds }, rows, base);
}

interface Account {
  readonly ratings: Ratings;
  readonly user: number;
  readonly random: RandomStream;
}

/** What the people behind an account watched. */
function kept(base: WatchedBase, { from }: HiddenTruth, account: Account): View[] {
  const { ratings, user, random } = account;
  const own = ratedBy(ratings, user);
  const all = from.map((person) => ratedBy(base.ratings, person));
  const share =
    own.length /
    Math.max(
      1,
      all.reduce((sum, one) => sum + one.length, 0),
    );
  const here = new Set(own);
  const one = viewsOf(base.views, from[0]!);
  const home = { device: one[0]?.device ?? -1, address: one[0]?.address ?? -1 };
  // Half of those who share live together, and half of these have one screen in common.
  const [together, screen] = [random.uniform() < 0.5, random.uniform() < 0.5];
  return from.flatMap((person, at) => {
    const views = viewsOf(base.views, person).map((view) => ({ ...view, user }));
    if (from.length === 1) return views;
    // All views of a title stay or go together, as its rating does.
    const rated = new Set(all[at]!);
    const others = new Set(views.map(({ item }) => item).filter((item) => !rated.has(item)));
    const stays = new Set([...others].filter(() => random.uniform() < share));
    const own = views[0];
    return views
      .filter(({ item }) => (rated.has(item) ? here.has(item) : stays.has(item)))
      .map((view) => ({
        ...view,
        ...(together && view.address === own?.address && { address: home.address }),
        ...(together && screen && view.device === own?.device && { device: home.device }),
      }));
  });
}

function ratedBy({ userStart, item }: Ratings, user: number): Int32Array {
  return item.subarray(userStart[user], userStart[user + 1]);
}

/** What an account that nobody lives in pretends to watch. */
function shown(
  base: Views,
  byItem: ReadonlyMap<number, readonly number[]>,
  { ratings, user, random }: Account,
): View[] {
  const share = random.uniform() < 0.5 ? 0 : random.uniform();
  const any = random.below(Math.max(1, base.item.length));
  const [device, address] = [base.device?.[any] ?? -1, base.address?.[any] ?? -1];
  const isShort = random.uniform() < 0.5;
  const plans: View[] = [];
  for (let k = ratings.userStart[user]!; k < ratings.userStart[user + 1]!; k++) {
    const item = ratings.item[k]!;
    const known = byItem.get(item);
    if (random.uniform() >= share || !known) continue;
    const like = known[random.below(known.length)]!;
    const short = 20 + Math.floor(70 * random.uniform());
    const before = random.uniform() < 0.3 ? day : 60 * day * random.uniform();
    const rated = ratings.at?.[k] ?? Number.NaN;
    // At the hour of somebody who did watch it.
    const then = Math.floor((rated - before) / day) * day + (base.at[like]! % day);
    const full = base.seconds?.[like] ?? Number.NaN;
    const cut = isShort && full > short;
    const part = base.share?.[like] ?? Number.NaN;
    plans.push({
      ...{ user, item, device, address, session: -1 },
      at: Number.isNaN(then) ? base.at[like]! : then,
      seconds: cut ? short : full,
      share: cut ? (part * short) / full : part,
    });
  }
  return inTurn(plans);
}

/** One after the other: nothing begins before what runs has ended. */
function inTurn(plans: View[]): View[] {
  let free = Number.NEGATIVE_INFINITY;
  return plans
    .sort((a, b) => a.at - b.at || a.item - b.item)
    .map((view) => {
      const at = Math.floor(Math.max(view.at, free) / second) * second;
      free = at + ((view.seconds || 0) + 20) * second;
      return { ...view, at };
    });
}
