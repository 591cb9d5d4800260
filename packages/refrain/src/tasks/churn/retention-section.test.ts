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
    { cutoff: "2017-03-31", users: 900, churned: 90 },
    { cutoff: "2017-04-04", users: 800, churned: 100 },
  ],
};

const text = async (given: Retention | undefined): Promise<string> =>
  html`${(await retentionSection(given)).body}`.text;

describe("retentionSection", () => {
  it("shows cohorts, survival and churn over time with what they mean", async () => {
    const shown = await text(retention);
    expect(shown.match(/<figure/g)).toHaveLength(3);
    for (const words of [
      "2017-03-01 (1,200)",
      "users who came before the log began",
      "Half have left after 4 days",
      "Last: 12.5",
      "on 2017-04-04",
    ]) {
      expect(shown).toContain(words);
    }
  });

  it("says what a short or empty log cannot show", async () => {
    expect(await text(undefined)).toContain("holds no play");
    const short = await text({ ...retention, cohorts: [], churnRates: [] });
    expect(short).toContain("shorter than one week");
    expect(short).toContain("shorter than 44 days");
  });
});
