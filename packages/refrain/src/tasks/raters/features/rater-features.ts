import { Frame, numberColumn } from "@refrain/learn";
import { foundationErrors, type JobOptions } from "../../../foundation/index.js";
import type { BesideRatings, Ratings } from "../../../simulate/index.js";
import { type SeriesFeatures, seriesFeatures } from "../series/series-features.js";
import { viewingFeatures } from "../viewing/viewing-features.js";
import { surpriseFeatures } from "./birdnest.js";
import { synchronicityFeatures } from "./catch-sync.js";
import { choiceEvidence, othersPlaces } from "./choice-evidence.js";
import { type Collusion, collusionFeatures } from "./collusion.js";
import { choiceSubspace, componentFeatures } from "./components.js";
import { type FeatureValues, ratingContext } from "./context.js";
import { deviationFeatures } from "./deviation.js";
import { fairnessFeatures } from "./fairness.js";
import { flatFameFeatures } from "./flat-fame.js";
import { fraudarFeatures } from "./fraudar.js";
import { latentFeatures } from "./latent.js";
import { lockstepFeatures } from "./lockstep.js";
import { neighbourFeatures } from "./neighbours.js";
import { oneValueFeatures } from "./one-value.js";
import { paceFeatures } from "./pace.js";
import { popularityFeatures } from "./popularity.js";
import { residualLockstepFeatures } from "./residual-lockstep.js";
import { shapeFeatures } from "./shape.js";
import { strangeTitleFeatures } from "./strange-titles.js";
import { targetFeatures } from "./targets.js";
import { tasteFeatures } from "./taste-mixture.js";
import { timeFeatures } from "./times.js";
import { twoPeopleFeatures } from "./two-people.js";
import { worthFeatures } from "./worth.js";

/** Features of raters, and who goes along with whom. */
export interface RaterFeatures {
  /** One row a user, in the order of the ratings; no labels were seen. */
  readonly frame: Frame;
  /** Users who share several of a user's oddest ratings, those who share most first. */
  readonly accomplices: Collusion["accomplices"];
  /** Ratings at an end of the scale that do not fit the account, the oddest first. */
  readonly oddTitles: Collusion["oddTitles"];
  /** What a user did within a series; absent where titles have none. */
  readonly turnOf?: SeriesFeatures["turnOf"];
}

/**
 * All features of all users, without labels; the same ratings give the same bits. Where ratings
 * have times, time and session features come with them; where series or views are given, theirs.
 * @throws INTERRUPTED
 */
export async function raterFeatures(
  ratings: Ratings,
  job: JobOptions = {},
  { series, views }: BesideRatings = {},
): Promise<RaterFeatures> {
  const context = ratingContext(ratings);
  const found: Record<string, Float64Array> = {};
  let done = 0;
  const step = async <Values>(doing: string, compute: () => Values): Promise<Values> => {
    // Groups take a second at most on a million ratings; between them others get their turn.
    await new Promise((resolve) => setImmediate(resolve));
    if (job.signal?.aborted) throw foundationErrors.INTERRUPTED({ doing: "computing features" });
    job.onProgress?.({ doing: `features: ${doing}`, share: done++ / 24 });
    return compute();
  };
  const add = async (doing: string, compute: () => FeatureValues): Promise<FeatureValues> => {
    const values = await step(doing, compute);
    Object.assign(found, values);
    return values;
  };
  await add("deviations", () => deviationFeatures(context));
  await add("worth", () => worthFeatures(context));
  await add("shape", () => shapeFeatures(context));
  await add("one value", () => oneValueFeatures(context));
  await add("popularity", () => popularityFeatures(context));
  await add("fame", () => flatFameFeatures(context));
  await add("strange titles", () => strangeTitleFeatures(context));
  await add("neighbours", () => neighbourFeatures(context));
  const choice = await step("choices", () => choiceSubspace(context));
  const others = await step("places", () => othersPlaces(context));
  await add("choice of others", () => choiceEvidence(context, others));
  await add("components", () => componentFeatures(context, choice));
  const latent = await step("latent factors", () => latentFeatures(context));
  Object.assign(found, latent.columns);
  await add("tastes", () => tasteFeatures(context, choice));
  await add("lockstep", () => lockstepFeatures(context));
  const collusion = await step("odd ratings", () => collusionFeatures(context));
  Object.assign(found, collusion.columns);
  await add("far ratings", () => residualLockstepFeatures(context, latent.residual));
  await add("dense blocks", () => fraudarFeatures(context));
  await add("synchronicity", () => synchronicityFeatures(context));
  await add("surprise", () => surpriseFeatures(context));
  await add("fairness", () => fairnessFeatures(context));
  const suspicion = [found["rdma"]!, found["lockstep"]!];
  await add("targets", () => targetFeatures(context, suspicion));
  await add("times", () => timeFeatures(context));
  await add("pace", () => paceFeatures(context, choice));
  await add("two people", () => twoPeopleFeatures(context, others));
  const inSeries = series && (await step("series", () => seriesFeatures(context, series)));
  Object.assign(found, inSeries?.columns);
  if (views) await add("views", () => viewingFeatures(context, views));
  const columns = Object.entries(found).map(([name, values]) => numberColumn(name, values));
  return {
    frame: new Frame(columns, context.users),
    accomplices: collusion.accomplices,
    oddTitles: collusion.oddTitles,
    ...(inSeries && { turnOf: inSeries.turnOf }),
  };
}
