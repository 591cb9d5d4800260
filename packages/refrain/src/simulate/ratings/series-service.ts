import type { JobOptions } from "../../foundation/index.js";
import type { Ratings } from "../injection/ratings.js";
import type { Views } from "../injection/views.js";
import { drawGenuineRatings, type GenuineOptions } from "./genuine-ratings.js";
import { drawGenuineViews } from "./genuine-views.js";
import { type Catalogue, drawCatalogue } from "./series-catalogue.js";
import { withFans } from "./series-fans.js";

/** A service with series: what its genuine users rate and watch. */
export interface SeriesService {
  readonly ratings: Ratings;
  readonly catalogue: Catalogue;
  readonly views: Views;
}

/**
 * Draws the genuine users of a service with series: the ratings of `drawGenuineRatings`, fans and
 * let-downs on top, and what was watched.
 */
export async function drawSeriesService(
  options: GenuineOptions,
  job: Pick<JobOptions, "onProgress" | "signal"> = {},
): Promise<SeriesService> {
  const genuine = await drawGenuineRatings(options, job);
  const catalogue = drawCatalogue(options.seed, options.items);
  const ratings = withFans(genuine, catalogue.series, options.seed);
  job.signal?.throwIfAborted();
  return { ratings, catalogue, views: drawGenuineViews(ratings, catalogue, options.seed) };
}
