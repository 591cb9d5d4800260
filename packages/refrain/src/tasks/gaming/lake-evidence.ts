import { resolveLimits } from "../../foundation/index.js";
import { openLake, registerViews, withEngine } from "../../lake/index.js";
import { heardSql, orderedSql, overlapsSql, titlesSql } from "./lake-sql.js";
import type { CountedLake, ReadUsageOptions } from "./read-usage.js";

type Row = Readonly<Record<string, unknown>>;

/** A share of plays that is worth saying. */
const telling = 0.25;

/**
 * What in the log counts against users: the tracks that they played most, how many of those plays
 * ended just past the second that is paid for, and the longest time with two plays at once.
 * @returns sentences by user
 * @throws LAKE_NOT_FOUND, INTERRUPTED
 */
export async function lakeEvidence(
  { directory, ...days }: CountedLake,
  users: readonly string[],
  { limits, signal }: Pick<ReadUsageOptions, "limits" | "signal">,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const evidence = new Map<string, string[]>();
  if (users.length === 0) return evidence;
  const lake = await openLake(directory);
  const job = { limits: resolveLimits(limits), doing: `reading ${directory}`, signal };
  await withEngine(job, async (engine) => {
    await registerViews(engine, lake);
    await engine.run(heardSql(days, true), { day: days.day, users });
    await engine.run(orderedSql());
    const add = (row: Row, text: string): void => {
      const user = String(row["user_id"]);
      evidence.set(user, [...(evidence.get(user) ?? []), text]);
    };
    for (const row of await engine.rows(titlesSql)) add(row, titleText(row));
    for (const row of await engine.rows(overlapsSql)) add(row, overlapText(row));
  });
  return evidence;
}

function titleText({ track_id, name, artist, album, plays, short }: Row): string {
  const [count, early] = [Number(plays), Number(short)];
  const of = [artist, album === null ? null : `album ${album}`].filter((text) => text !== null);
  const title = `“${name ?? track_id}”${of.length > 0 ? ` (${of.join(", ")})` : ""}`;
  const paid =
    early > telling * count ? `, ${early.toLocaleString("en-US")} of them just past payout` : "";
  return `${count.toLocaleString("en-US")} × ${title}${paid}`;
}

function overlapText({ from, device, overlap, switched }: Row): string {
  const minutes = Math.max(1, Math.round(Number(overlap) / 60));
  const where = switched === true && device !== null ? ", on two devices" : "";
  return `two plays at once for ${minutes} min from ${String(from).slice(0, 16)}${where}`;
}
