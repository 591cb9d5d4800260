import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import type { ColumnReport, QualityReport } from "../lake/index.js";
import { qualityPage } from "./quality-page.js";

const column: ColumnReport = {
  type: "real",
  becomes: ["play.play_seconds", "skip.play_seconds"],
  missing: 4,
  absent: 0,
  distinct: 90,
  distinctExact: false,
  min: 0,
  max: 300,
  mean: 120,
  quantiles: [1, 50, 100, 200, 290],
  personal: null,
  top: [],
  histogram: [
    { from: 0, to: 100, count: 30 },
    { from: 100, to: 300, count: 60 },
  ],
};
const text: ColumnReport = {
  ...column,
  type: "text",
  becomes: [],
  min: null,
  max: null,
  quantiles: null,
  distinct: 2,
  distinctExact: true,
  histogram: null,
  top: [
    { value: "<b>PLAY</b>", count: 60 },
    { value: "SKIP", count: 30 },
  ],
};
const report: QualityReport = {
  lake: "some/where/lake",
  delivery: null,
  deliveries: ["a", "b"],
  rows: { read: 100, kept: 90, rejected: 6, duplicate: 4, sampledOut: 0 },
  rejectedByReason: { MISSING_KEY: 6 },
  tables: {
    sessions: {
      source: "pozytywka",
      files: 1,
      rows: 100,
      kept: 90,
      rejected: 6,
      duplicate: 4,
      firstAt: "2024-01-01T00:00:00",
      lastAt: "2024-02-01T00:00:00",
      columns: {
        seconds: column,
        kind: text,
        at: {
          ...column,
          type: "timestamp",
          min: "2024-01-01T00:00:00",
          max: "2024-02-01T00:00:00",
        },
        name: { ...text, personal: "name", top: [{ value: "Aaa Aaaa", count: 1 }] },
      },
    },
  },
  findings: [
    {
      code: "NULLS",
      table: "sessions",
      column: "user_id",
      count: 6,
      share: 0.06,
      severity: "error",
      message: "6 rows have no <user_id>.",
      examples: [{ file: "s&s.jsonl", line: 7, value: "<i>" }],
    },
  ],
  against: {
    delivery: "a",
    tables: { sessions: { rowsBefore: 50, rowsNow: 100, columnsCame: ["kind"], columnsWent: [] } },
    columns: [
      {
        table: "sessions",
        column: "seconds",
        missingBefore: 0,
        missingNow: 0.04,
        stability: 0.3,
        binning: "deciles of the earlier delivery",
        valuesCame: [],
        valuesWent: [],
      },
    ],
    findings: [],
  },
};

describe("qualityPage", () => {
  it("holds facts, findings, the comparison, and a picture and a row of each column", async () => {
    const html = await qualityPage(report);
    const { document } = parseHTML(html);
    const headings = [...document.querySelectorAll("h2")].map((heading) => heading.textContent);
    expect(headings).toEqual([
      "What was read",
      "Findings",
      "Against a",
      "sessions",
      "How to read this",
    ]);
    expect(document.querySelectorAll("svg.chart").length).toBe(3);
    expect(html).toContain("s&amp;s.jsonl line 7");
    expect(document.body.textContent).toContain("play_seconds of play, skip");
    expect(html).not.toMatch(/<b>PLAY|<user_id>|<i>/);
    expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
  });

  it("is the same bytes for the same report", async () => {
    expect(await qualityPage(report)).toBe(await qualityPage(report));
  });

  it("draws no picture of personal data", async () => {
    const { document } = parseHTML(await qualityPage(report));
    const captions = [...document.querySelectorAll("figcaption")].map((one) => one.textContent);
    expect(captions.join(" ")).not.toContain("name");
  });

  it("says so where nothing is wrong", async () => {
    const { against: _, ...rest } = report;
    const html = await qualityPage({ ...rest, findings: [], rejectedByReason: {} });
    expect(html).toContain("No rule found an error or a warning.");
    expect(html).toContain("No row was rejected.");
  });
});
