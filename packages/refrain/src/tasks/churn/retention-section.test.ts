import { describe, expect, it } from "vitest";
import { html } from "../../report/index.js";
import type { Retention } from "./retention.js";
import { retentionSection } from "./retention-section.js";

const retention: Retention = {
  firstDay: "2017-03-01",
  lastDay: "2017-04-18",
  period: "week",
  cohorts: [
    { start: "2017-03-01", users: 1200, active: [1200, 600, 300] },
    { start: "2017-03-08", users: 4, active: [4, 1] },
  ],
  survival: [
    { day: 4, atRisk: 1204, left: 604, share: 0.498, low: 0.47, high: 0.53 },
    { day: 49, atRisk: 600, left: 0, share: 0.498, low: 0.47, high: 0.53 },
  ],
  churnRates: [
    { cutoff: "2017-03-31", users: 900, churned: 90, low: 0.08, high: 0.12 },
    { cutoff: "2017-04-04", users: 800, churned: 100, low: 0.1, high: 0.15 },
  ],
};

const text = async (given: Retention | undefined): Promise<string> =>
  html`${(await retentionSection(given)).body}`.text;

describe("retentionSection", () => {
  it("shows cohorts, survival and churn over time", async () => {
    const shown = await text(retention);
    expect(shown.match(/<figure/g)!.length).toBeGreaterThanOrEqual(3);
    expect(shown).toContain("2017-03-01 (1,200)");
  });

  it("says what an empty or short log cannot show", async () => {
    expect(await text(undefined)).toContain("holds no play");
    expect(await text({ ...retention, cohorts: [] })).toContain("shorter than one week");
  });
});
