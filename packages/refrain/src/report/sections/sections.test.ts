import { describe, expect, it } from "vitest";
import type { Evaluation } from "../../evaluation/index.js";
import { html } from "../markup.js";
import { sampleEvaluation } from "../sample-evaluation.fixture.js";
import { accuracySection } from "./accuracy.js";
import { protocolsSection } from "./protocols.js";
import { retentionSection } from "./retention.js";

describe("sections of an evaluation", async () => {
  const evaluation = await sampleEvaluation(120, 3);
  const textOf = (section: { body: unknown }) => html`${section.body as string}`.text;

  it("say why 98 % can hardly be moved, and what to read instead", async () => {
    const lopsided: Evaluation = {
      ...evaluation,
      naive: { positive: false, accuracy: { value: 0.98, low: 0.97, high: 0.99 } },
    };
    const text = textOf(await accuracySection(lopsided, { yes: "buys", no: "does not buy" }));
    expect(text).toContain("Why 98 % can hardly be moved");
    expect(text).toContain("Saying “does not buy” of everybody is right for 98 % of test rows");
    expect(text).toContain("more than half sure of “buys”");
    expect(text).toContain("Read instead: log-loss");
  });

  it("say what a split of random rows is worth", async () => {
    const splits = evaluation.splits.map((split) => ({
      ...split,
      models: split.models.map((model) => ({
        ...model,
        rocAuc: split.honest
          ? { value: 0.6, low: 0.55, high: 0.65 }
          : { value: 0.9, low: 0.85, high: 0.95 },
      })),
    }));
    const text = textOf(await protocolsSection({ ...evaluation, splits }));
    expect(text).toContain(
      "It promises a ROC-AUC of 0.900, where honest splits give 0.600 to 0.600.",
    );
  });

  it("put an answer's heading before their titles", async () => {
    const words = { heading: "Ever premium", yes: "yes", no: "no" };
    expect(await accuracySection(evaluation, words)).toMatchObject({
      group: "Ever premium",
      title: "Classes and accuracy",
    });
  });
});

describe("the section about who stays", () => {
  const point = { at: Date.UTC(2017, 3, 1), users: 10, rate: 0.3, low: 0.1, high: 0.5 };

  it("shows cohorts, survival and the rate over time; empty is what is not observed", async () => {
    const { body } = await retentionSection({
      step: "month",
      cohorts: [
        { cohort: "2017-03", users: 40, active: [40, 20, 10] },
        { cohort: "2017-04", users: 30, active: [30, 15, null] },
      ],
      survival: [
        { day: 0, share: 1, low: 1, high: 1 },
        { day: 30, share: 0.5, low: 0.4, high: 0.6 },
      ],
      churnRate: [point, { ...point, at: Date.UTC(2017, 4, 1) }],
    });
    const { text } = html`${body}`;
    expect(text).toContain("2017-03 (40)");
    expect(text).toContain('<td class="number">25 %</td>');
    expect(text).toContain('<td class="number">–</td>');
    expect(text.match(/<svg viewBox|<svg [^>]*class="chart"/g)?.length).toBe(4);
  });

  it("draws without data", async () => {
    const empty = { step: "month", cohorts: [], survival: [], churnRate: [] };
    await expect(retentionSection(empty)).resolves.toMatchObject({ title: "Who stays" });
  });
});
