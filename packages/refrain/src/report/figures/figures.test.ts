import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { figure, wideFigure } from "../parts.js";
import { shorten } from "./axis.js";
import { barChart } from "./bar-chart.js";
import { calibrationChart } from "./calibration-chart.js";
import { columnHistogram, columnValues } from "./column-picture.js";
import { heatMap, heatRamp } from "./heat-map.js";
import { intervalChart } from "./interval-chart.js";
import { lineChart } from "./line-chart.js";
import { fileAsPicture, type Picture, svgFile } from "./picture.js";
import { stripChart } from "./strip-chart.js";

const golden = "../../../../../test/golden/report";
const share = { domain: [0, 1], kind: "share" } as const;

const drawings: Readonly<Record<string, () => Promise<Picture>>> = {
  lines: () =>
    lineChart({
      alt: "ROC of two models",
      x: { label: "false-positive rate", ...share },
      y: { label: "true-positive rate", ...share },
      diagonal: true,
      lines: [
        {
          name: "logistic",
          points: [
            [0, 0],
            [0.1, 0.7],
            [1, 1],
          ],
        },
        {
          name: "rule",
          points: [
            [0, 0],
            [0.3, 0.5],
            [1, 1],
          ],
        },
      ],
    }),
  band: () =>
    lineChart({
      alt: "Churn rate over time",
      x: { label: "cutoff", kind: "date" },
      y: { label: "left", kind: "share" },
      levels: [0.25],
      lines: [
        {
          name: "churn rate",
          dots: true,
          shape: "step",
          points: [
            [Date.UTC(2017, 2, 1), 0.3],
            [Date.UTC(2017, 3, 1), 0.28],
          ],
          band: [
            [0.27, 0.33],
            [0.25, 0.31],
          ],
        },
      ],
    }),
  calibration: () =>
    calibrationChart({
      alt: "Calibration",
      models: [
        {
          name: "logistic",
          bins: [
            { probability: 0.1, rate: 0.12, weight: 50 },
            { probability: 0.4, rate: 0.35, weight: 50 },
          ],
        },
      ],
      histogram: [
        { from: 0, to: 0.2, count: 60 },
        { from: 0.2, to: 0.4, count: 40 },
      ],
    }),
  bars: () =>
    barChart({
      alt: "Coefficients",
      signed: true,
      axis: { label: "standardised coefficient" },
      bars: [
        { label: "days_from_last_play", value: 1.2, low: 1.1, high: 1.3 },
        { label: "freq_S_last_1", value: -0.4, low: -0.5, high: -0.3 },
      ],
    }),
  "compared-bars": () =>
    barChart({
      alt: "Accuracy, train beside test",
      axis: { label: "accuracy", ...share },
      bars: [
        { label: "logistic", value: 0.92, series: "train" },
        { label: "logistic", value: 0.91, series: "test" },
      ],
    }),
  intervals: () =>
    intervalChart({
      alt: "AUC of models",
      reference: 0.5,
      axis: { label: "ROC-AUC" },
      rows: [
        { label: "logistic", value: 0.89, low: 0.87, high: 0.91 },
        { label: "rule", value: 0.8, low: 0.78, high: 0.82, series: 5 },
      ],
    }),
  strips: () =>
    stripChart({
      alt: "What features add",
      axis: { label: "added to the log-odds" },
      groups: [
        { name: "low values", series: 0 },
        { name: "high values", series: 1 },
      ],
      strips: [
        {
          label: "days_from_last_play",
          dots: [
            { value: -1, group: 0 },
            { value: 2, group: 1 },
          ],
        },
        { label: "freq_P_last_7", dots: [{ value: 0.5, group: 1 }] },
      ],
    }),
  "foreign-file": async () =>
    fileAsPicture(
      '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="40" role="img" ' +
        'style="color: CanvasText">' +
        "<text x='4' y='20'>a &lt; b</text></svg>\n",
      "A <file>",
    ),
  "heat-map": () =>
    heatMap({
      alt: "Rank correlation",
      scale: "signed",
      rows: ["plays", "skips"],
      values: [1, -0.456, -0.456, Number.NaN],
    }),
  cohorts: () =>
    heatMap({
      alt: "Retention by cohort",
      scale: "share",
      rows: ["2017-03"],
      columns: ["0", "1"],
      values: [1, 0.42],
      columnTitle: "month",
    }),
  ramp: () => heatRamp("signed", "The ramp"),
  histogram: () =>
    columnHistogram({
      alt: "loudness",
      bins: [
        { from: -60, to: -30, count: 10 },
        { from: -30, to: 0, count: 30 },
      ],
      against: [{ from: -60, to: 0, count: 5 }],
    }),
  values: () =>
    columnValues({ alt: "event_type", rows: 10, values: [{ value: "PLAY <1>", count: 7 }] }),
};

describe.each(Object.entries(drawings))("figure %s", (name, draw) => {
  it("is drawn the same every time, as the golden file shows", async () => {
    const [first, second] = [await draw(), await draw()];
    expect(second.svg).toBe(first.svg);
    await expect(svgFile(first)).toMatchFileSnapshot(`${golden}/${name}.svg`);
  });

  it("names no colour, no id and no style, so that it serves light and dark", async () => {
    const { svg, alt, width, height } = await draw();
    expect(svg).not.toMatch(/style=|<style|\sid=|url\(|#[0-9a-f]{3,8}\b|NaN|undefined/i);
    const root = parseHTML(svg).document.querySelector("svg");
    expect(root?.getAttribute("aria-label")).toBe(alt);
    expect(root?.getAttribute("role")).toBe("img");
    expect(width).toBeGreaterThan(20);
    expect(height).toBeGreaterThan(20);
  });
});

describe("figures of hostile or empty data", () => {
  const hostile = `"><script>alert(1)</script>&amp; \u0000\uD800`;

  it("escape names", async () => {
    const pictures = [
      await barChart({
        alt: hostile,
        axis: { label: hostile },
        bars: [{ label: hostile, value: 1 }],
      }),
      await columnValues({ alt: hostile, rows: 1, values: [{ value: hostile, count: 1 }] }),
      await heatMap({ alt: hostile, rows: [hostile], values: [1], scale: "signed" }),
      await lineChart({
        alt: hostile,
        x: { label: hostile },
        y: { label: hostile },
        lines: [{ name: hostile, points: [[0, 1]] }],
      }),
    ];
    for (const picture of pictures) {
      const { document } = parseHTML(
        `<!doctype html><html><body>${wideFigure(picture, hostile).text}</body></html>`,
      );
      expect(document.querySelector("script")).toBeNull();
      expect(document.body.children.length).toBe(1);
      const label = document.querySelector("svg.chart")?.getAttribute("aria-label");
      expect(label).toBe(hostile.replace("\u0000\uD800", "\uFFFD\uFFFD"));
      expect(svgFile(picture)).not.toMatch(/&(?!(?:amp|lt|gt|quot|#39);)/);
    }
  });

  it("draw without data", async () => {
    await expect(
      Promise.all([
        barChart({ alt: "", axis: { label: "x" }, bars: [] }),
        calibrationChart({ alt: "", models: [] }),
        columnHistogram({ alt: "", bins: [] }),
        columnHistogram({ alt: "", bins: [{ from: 3, to: 3, count: 9 }] }),
        columnValues({ alt: "", rows: 0, values: [] }),
        heatMap({ alt: "", rows: [], values: [], scale: "share" }),
        intervalChart({ alt: "", axis: { label: "x" }, rows: [] }),
        lineChart({ alt: "", x: { label: "x" }, y: { label: "y" }, lines: [] }),
      ]),
    ).resolves.toHaveLength(8);
  });

  it("show series in a legend of text", async () => {
    const picture = await drawings["lines"]!();
    expect(figure(picture, "Caption").text).toContain("</svg>logistic</li>");
  });

  it("shorten long names in the middle", () => {
    expect(shorten("number_of_tracks_in_favourite_genre", 20)).toBe("number_of_tr…e_genre");
    expect(shorten("short", 20)).toBe("short");
  });
});
