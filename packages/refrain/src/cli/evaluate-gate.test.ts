import { expect, it, vi } from "vitest";
import { sampleEvaluation } from "../report/sample-evaluation.fixture.js";
import { capturedTerminal } from "./captured-terminal.fixture.js";
import { evaluateDocument, failureDocument } from "./documents.fixture.js";
import { main } from "./main.js";

const holds = vi.hoisted(() => ({ half: true }));

// No task of ours learns random labels; the gate is shown an evaluation that did.
vi.mock("../workflow/index.js", async (original) => ({
  ...(await original<object>()),
  evaluateTask: async () => {
    const evaluation = await sampleEvaluation(60, 2);
    const rocAuc = { value: 0.7, low: 0.65, high: 0.75 };
    const randomLabels = { ...evaluation.randomLabels, rocAuc, holdsHalf: holds.half };
    return { task: "churn", evaluations: [{ ...evaluation, randomLabels }], meanings: ["leaves"] };
  },
}));

it("RANDOM_LABELS_LEARNED stands in the document, with exit code 4", async () => {
  for (const half of [true, false]) {
    holds.half = half;
    const terminal = capturedTerminal();
    const code = await main(["evaluate", "churn", "--lake", "lake", "--json"], terminal);
    const document = JSON.parse(terminal.printed());
    evaluateDocument.parse(document);
    expect(code).toBe(half ? 0 : 4);
    expect("error" in document).toBe(!half);
    if (half) continue;
    const { error } = failureDocument.parse({ error: document.error });
    expect(error).toMatchObject({ code: "RANDOM_LABELS_LEARNED", details: { low: 0.65 } });
    expect(terminal.messages()).toContain("RANDOM_LABELS_LEARNED: ");
  }
});
