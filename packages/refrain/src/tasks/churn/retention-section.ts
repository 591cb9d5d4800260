import { callout, retentionSection as drawRetention, type Section } from "../../report/index.js";
import type { Retention } from "./retention.js";

const cohortsShown = 26;

/** How users stay and leave: cohort table and heat map, survival curve, churn rate over time. */
export async function retentionSection(retention: Retention | undefined): Promise<Section> {
  if (!retention || retention.cohorts.length === 0) {
    const why = retention
      ? `The log is shorter than one ${retention.period}.`
      : "The log holds no play, download or search.";
    return { title: "Who stays", body: callout("warn", "Retention cannot be shown", why) };
  }
  return await drawRetention({
    step: retention.period,
    // Further back than the page is tall nobody reads; the latest are kept.
    cohorts: retention.cohorts.slice(-cohortsShown).map(({ start, users, active }) => ({
      cohort: start,
      users,
      active,
    })),
    survival: [{ day: 0, share: 1, low: 1, high: 1 }, ...retention.survival],
    churnRate: retention.churnRates.map(({ cutoff, users, churned, low, high }) => ({
      at: Date.parse(`${cutoff}T00:00:00Z`),
      users,
      rate: churned / users,
      low,
      high,
    })),
  });
}
