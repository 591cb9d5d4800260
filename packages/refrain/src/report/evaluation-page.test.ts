import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import type { Evaluation } from "../evaluation/index.js";
import { evaluationPage } from "./evaluation-page.js";
import { sampleEvaluation } from "./sample-evaluation.fixture.js";
import { suspicionCallouts } from "./sections/trust.js";

const words = { yes: "leaves", no: "stays" };

describe("the page of an evaluation", async () => {
  const evaluation = await sampleEvaluation();
  const html = await evaluationPage(evaluation, {
    words,
    title: "Churn",
    commands: ["refrain evaluate churn --lake lake --seed 3"],
    read: {
      source: "musicbox",
      files: 3,
      rows: { read: 100, kept: 90, rejected: 6, duplicate: 4, sampledOut: 0 },
      rejectedByReason: { USER_MISSING: 6 },
    },
    quality: [{ severity: "high", table: "play", count: 3, message: "Three <odd> values." }],
  });
  const { document } = parseHTML(html);
  const text = document.body.textContent;

  it("holds every part that a reader needs", () => {
    const titles = [...document.querySelectorAll("h2")].map((title) => title.textContent);
    expect(titles).toEqual([
      "How good it is",
      "ROC, precision-recall, calibration",
      "Classes and accuracy",
      "Which features matter",
      "What raises and what lowers it",
      "What the split is worth",
      "From period to period",
      "Random labels",
      "How much could be known",
      "Rank correlation",
      "What was read, and what was left out",
      "Assumptions and limits",
      "What is wrong with the data",
      "How to reproduce this",
    ]);
  });

  it("says in words what the numbers mean", () => {
    expect(text).toContain("clearly better");
    expect(text).toContain("The naive classifier");
    expect(text).toContain("It finds nothing, as it must");
    expect(text).toContain("random rows");
    expect(text).toContain("left out: bot: more than 24 hours a day");
    expect(text).toContain("rejected: USER_MISSING");
    expect(text).toContain("Three <odd> values.");
    expect(text).toContain("refrain evaluate churn --lake lake --seed 3");
    expect(text).toContain(evaluation.reproduce.dataHash);
    for (const sentence of evaluation.limits) expect(text).toContain(sentence);
  });

  it("draws with words for those who do not see, and captions for all", () => {
    const charts = [...document.querySelectorAll("svg.chart")];
    expect(charts.length).toBeGreaterThanOrEqual(12);
    for (const chart of charts) {
      expect(chart.getAttribute("aria-label")?.length).toBeGreaterThan(10);
      expect(chart.closest("figure")?.querySelector("figcaption")?.textContent).not.toBe("");
    }
  });

  it("shows no number with more than three significant decimals", () => {
    const cells = [...document.querySelectorAll("td.number, dd")].map((cell) => cell.innerHTML);
    for (const cell of cells) expect(cell).not.toMatch(/\.0*[1-9]\d{3}/);
  });

  it("is the same for the same evaluation, however long the fits took", async () => {
    const slower: Evaluation = {
      ...evaluation,
      models: evaluation.models.map((model) => ({ ...model, seconds: model.seconds + 1 })),
    };
    expect(await evaluationPage(slower, { words })).toBe(
      await evaluationPage(evaluation, { words }),
    );
  });
});

describe("the page of an evaluation that could not be made", () => {
  it("says why in place of numbers", async () => {
    const evaluation = await sampleEvaluation(24, 3);
    const { document } = parseHTML(await evaluationPage(evaluation, { words }));
    const text = document.body.textContent;
    expect(text).toContain("Nothing can be said yet");
    // Said where it belongs, and not in every cell of every table.
    expect(text.split("Cannot be estimated").length - 1).toBeLessThanOrEqual(4);
    expect(text).toContain("Cannot be estimated");
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe("warnings on top of the page", () => {
  it("name likely leaks and learnt random labels, where there are some", async () => {
    const evaluation = await sampleEvaluation(24, 3);
    const none = { ...evaluation, suspicions: [] };
    expect(suspicionCallouts(none).text).toBe("");
    const leaky = suspicionCallouts({
      ...evaluation,
      suspicions: [
        { code: "RESULT_TOO_GOOD", subject: "m", message: "Too good. Look.", details: {} },
      ],
      randomLabels: {
        ...evaluation.randomLabels,
        rocAuc: { value: 0.8, low: 0.7, high: 0.9 },
        holdsHalf: false,
      },
    }).text;
    expect(leaky).toContain("A likely leak");
    expect(leaky).toContain("Random labels were learnt");
  });
});
