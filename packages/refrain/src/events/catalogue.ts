import type { Source } from "./source.js";
import { generic } from "./sources/generic.js";
import { musicbox } from "./sources/musicbox.js";
import { pozytywka } from "./sources/pozytywka.js";
import { ratings } from "./sources/ratings.js";
import { unityAds } from "./sources/unity-ads.js";
import { usageDays } from "./sources/usage-days.js";

/** The catalogue of sources by name; a new source is one file and one line here. */
export const sources: Readonly<Record<string, Source>> = Object.freeze(
  Object.fromEntries(
    [musicbox, pozytywka, usageDays, ratings, unityAds, generic].map((source) => [
      source.name,
      source,
    ]),
  ),
);
