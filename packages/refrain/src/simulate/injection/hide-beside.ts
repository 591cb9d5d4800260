import { viewsOfHidden } from "./hidden-views.js";
import { raterKinds } from "./inject.js";
import type { Ratings } from "./ratings.js";
import { hideRepeatedViewers, viewingKinds } from "./repeated-viewing.js";
import type { Series } from "./series.js";
import {
  type HiddenRatings,
  type HideOptions,
  hideSeriesBombers,
  seriesKinds,
} from "./series-campaigns.js";
import type { Views } from "./views.js";

/** What may stand beside ratings. */
export interface BesideRatings {
  /** Which titles belong together. */
  readonly series?: Series;
  /** What the same users watched. */
  readonly views?: Views;
}

/** Every kind that can be hidden: the ten, and those that need a series or a viewing log. */
export const hiddenKinds = [...raterKinds, ...seriesKinds, ...viewingKinds] as const;

/** One of them. */
export type HiddenKind = (typeof hiddenKinds)[number];

/** Kinds that can be hidden with what stands beside ratings, beyond the ten. */
export function besideKinds({ series, views }: BesideRatings): readonly HiddenKind[] {
  return [...(series ? seriesKinds : []), ...(views ? viewingKinds : [])];
}

/** Crooked accounts of all kinds, and what stands beside their ratings. */
export interface HiddenBeside extends HiddenRatings {
  readonly beside: BesideRatings;
}

/**
 * Hides the kinds that need a series or a viewing log among accounts that others may be hidden in,
 * and gives each account the views of those behind it.
 * @param people the base that the accounts were made of, and what stands beside it
 * @param options `kinds`: which of them; all that can be unless told
 */
export function hideBeside(
  people: BesideRatings & { readonly ratings: Ratings },
  injected: HiddenRatings,
  options: HideOptions & { readonly kinds?: readonly string[] },
): HiddenBeside {
  const { series, views, ratings } = people;
  const { kinds = besideKinds(people), ...size } = options;
  const isBombed = series !== undefined && kinds.includes("series-bombing");
  const hidden = isBombed ? hideSeriesBombers(injected, series, size) : injected;
  if (!views) return { ...hidden, beside: series ? { series } : {} };
  const own = viewsOfHidden({ ratings, views }, hidden, options.seed);
  const watched = kinds.includes("repeated-viewing")
    ? hideRepeatedViewers(hidden, own, size)
    : { views: own, truth: hidden.truth };
  return {
    ...{ ratings: hidden.ratings, truth: watched.truth },
    beside: { ...(series && { series }), views: watched.views },
  };
}
