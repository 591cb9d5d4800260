import type { Abuser } from "./abusers.js";

/** First line of `truth/abuse.csv`. */
export const abuseHeader = "user_id,kind,strength,since,until,group,plays,inflated";

/** What an abuser did, as the logs show it. */
export interface AbuserDeeds {
  readonly lastDay: number;
  /** All plays of the account. */
  readonly plays: number;
  /** Plays of what it inflates. */
  readonly inflated: number;
  /** `YYYY-MM-DD` by day. */
  readonly dates: readonly string[];
}

/** An abuser's line of `truth/abuse.csv`, without its end. */
export function truthLine(userId: string, abuser: Abuser, deeds: AbuserDeeds): string {
  const { kind, strength, firstDay, crew } = abuser;
  const { dates, lastDay, plays, inflated } = deeds;
  const group = kind === "farm" ? `farm-${crew + 1}` : "";
  const when = `${dates[firstDay]},${dates[lastDay]}`;
  return `${userId},${kind},${strength.toFixed(3)},${when},${group},${plays},${inflated}`;
}
