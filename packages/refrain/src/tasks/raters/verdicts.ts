import { ratersDetector } from "../../features/index.js";
import { type JobOptions, type Limits, resolveLimits } from "../../foundation/index.js";
import {
  type JudgedDay,
  openLake,
  registerViews,
  type WrittenVerdicts,
  withEngine,
  writeVerdicts,
} from "../../lake/index.js";
import type { Ratings } from "../../simulate/index.js";
import { ratersErrors } from "./errors.js";
import type { RaterReason } from "./reason-text.js";
import type { ScoredRaters } from "./score-raters.js";

/** Where verdicts on raters go. */
export interface RaterVerdictOptions {
  /** Folder of a lake that holds the ratings (source `ratings`). */
  readonly lake: string;
  /** Moment from which they are known; the last arrival of the lake's ratings unless told. */
  readonly knownAt?: string;
}

/** Who was judged, and how. */
interface JudgedRaterAccounts {
  readonly ratings: Ratings;
  readonly scored: ScoredRaters;
  /** 1 = flagged, one a user. */
  readonly flagged: Uint8Array;
  /** The review queue, for reasons. */
  readonly queue: readonly { readonly user: string; readonly reasons: readonly RaterReason[] }[];
}

/**
 * Adds what was found to the lake, as rows of `verdict` on the last day that has a rating: a
 * verdict on a rater is about all that the account rated by then. Users without a rating in the
 * lake are left out.
 * @throws RATER_VERDICTS_STRANGERS, LAKE_NOT_FOUND, VERDICT_UNFOUNDED, INTERRUPTED
 */
export async function writeRaterVerdicts(
  judged: JudgedRaterAccounts,
  { lake, knownAt }: RaterVerdictOptions,
  { limits, signal }: JobOptions & { readonly limits?: Partial<Limits> },
): Promise<WrittenVerdicts> {
  const { day, users } = await ratersOf(lake, { limits, signal });
  const { userIds } = judged.ratings;
  if (day === null || !userIds.some((id) => users.has(id))) {
    throw ratersErrors.RATER_VERDICTS_STRANGERS({ lake, users: userIds.length });
  }
  return await writeVerdicts({
    ...{ lake, detector: ratersDetector, day, restOn: "ratings", version: versionOf(judged) },
    judged: judgedUsers(judged, users),
    ...(knownAt === undefined ? {} : { knownAt }),
    ...(limits === undefined ? {} : { limits }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** The last day of the lake's ratings, and who rated. */
async function ratersOf(
  directory: string,
  { limits, signal }: { limits: Partial<Limits> | undefined; signal: AbortSignal | undefined },
) {
  const lake = await openLake(directory);
  const job = { limits: resolveLimits(limits), doing: `reading ${directory}`, signal };
  return await withEngine(job, async (engine) => {
    await registerViews(engine, lake);
    const [last] = await engine.rows(
      `SELECT CAST(max("event_date") AS VARCHAR) AS "day" FROM "rating"`,
    );
    const [ids] = await engine.columns(`SELECT DISTINCT "user_id" FROM "rating"`);
    const users = new Set(ids?.kind === "text" ? ids.values : []);
    return { day: (last?.["day"] ?? null) as string | null, users };
  });
}

/** What the scores came from; features and learners of this version. */
function versionOf({ scored: { protocol } }: JudgedRaterAccounts): string {
  if (protocol.startsWith("no labels")) return "detectors/1";
  return protocol.includes("union") ? "union/1" : "learnt/1";
}

function* judgedUsers(
  { ratings, scored, flagged, queue }: JudgedRaterAccounts,
  users: ReadonlySet<string | null>,
): Generator<JudgedDay> {
  const reasons = new Map(queue.map((one) => [one.user, one.reasons]));
  for (const [user, id] of ratings.userIds.entries()) {
    if (!users.has(id)) continue;
    const own = reasons.get(id)?.map(({ text }) => text) ?? [];
    yield {
      user: id,
      flagged: flagged[user] === 1,
      score: scored.score[user]!,
      pValue: Math.min(1, scored.pValue[user]!),
      reason: flagged[user] === 1 ? own.join("; ") || scored.spoke[user]! : "",
    };
  }
}
