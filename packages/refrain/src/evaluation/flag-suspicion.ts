import { Pacer } from "@refrain/learn";
import { tables } from "../events/index.js";
import { type Limits, resolveLimits } from "../foundation/index.js";
import {
  type Lake,
  openLake,
  quoteName,
  quoteText,
  registerViews,
  withEngine,
} from "../lake/index.js";
import type { Suspicion } from "./result.js";
import { findSuspicions } from "./suspicion.js";
import { toFrame } from "./task-data.js";

/** What a flag is looked for in. */
export interface FlagOptions {
  /** Folder of the lake, or the lake opened before. */
  readonly lake: string | Lake;
  /** What the SQL engine may use. */
  readonly limits?: Partial<Limits>;
  /** A column of yes and no of the user profiles, such as `premium`; a missing value is a no. */
  readonly flag: string;
  /** Event tables that are no answer themselves. */
  readonly events: readonly string[];
  /** Event table that says how much a user did at all; others are counted for one of these. */
  readonly per: string;
  /** Event table of the answer: a user's events from the first of these on do not count. */
  readonly until: string;
  /** Stops the search. */
  readonly signal?: AbortSignal;
}

/**
 * Looks for kinds of event whose rate nearly decides a flag of the profiles, over all users with
 * any event: "premium users hear no advertisements". Where a flag stands for a state that lasts
 * since before the log, such a rate is a consequence of the answer.
 * @throws LAKE_NOT_FOUND, LAKE_VERSION, SQL_FAILED, INTERRUPTED
 */
export async function findFlagSuspicions(options: FlagOptions): Promise<readonly Suspicion[]> {
  const { flag, limits, signal } = options;
  if (tables["user"]?.columns[flag] === undefined) return [];
  const lake = typeof options.lake === "string" ? await openLake(options.lake) : options.lake;
  const doing = `looking for what decides the flag "${flag}"`;
  return await withEngine({ limits: resolveLimits(limits), doing, signal }, async (engine) => {
    await registerViews(engine, lake);
    const columns = await engine.columns(rateSql(options));
    const [user, answer, ...rates] = columns;
    if (user?.kind !== "text" || answer?.kind !== "number" || user.values.length === 0) return [];
    const target = answer.values;
    const found = await findSuspicions(
      { features: toFrame(rates, target.length), target, users: user.values.map(String) },
      new Pacer(signal, doing),
    );
    return found.map((one) => ({
      ...one,
      message: `About the flag "${flag}" of the user profiles: ${one.message}`,
    }));
  });
}

/** One row a user: the flag as 0 or 1, and how often each kind came for one of `per`. */
function rateSql({ flag, events, per, until }: FlagOptions): string {
  const parts = [...new Set([...events, per])].map(
    (table) =>
      `SELECT "user_id", "event_at", ${quoteText(table)} AS "kind" FROM ${quoteName(table)}`,
  );
  const countOf = (table: string) => `count(*) FILTER (WHERE e."kind" = ${quoteText(table)})`;
  const rates = events
    .filter((table) => table !== per)
    .map((table) => {
      const rate = `${countOf(table)} / CAST(nullif(${countOf(per)}, 0) AS DOUBLE)`;
      return `${rate} AS ${quoteName(`${table}s_per_${per}`)}`;
    });
  return `WITH "ended" AS (
  SELECT "user_id", min("event_at") AS "ended_at" FROM ${quoteName(until)} GROUP BY "user_id")
SELECT e."user_id", CAST(bool_or(coalesce(u.${quoteName(flag)}, false)) AS INTEGER) AS "flag",
  ${rates.join(", ")}
FROM (${parts.join("\nUNION ALL ")}) e
JOIN "user" u ON e."user_id" = u."user_id"
LEFT JOIN "ended" d ON e."user_id" = d."user_id"
WHERE d."ended_at" IS NULL OR e."event_at" < d."ended_at"
GROUP BY e."user_id" ORDER BY e."user_id"`;
}
