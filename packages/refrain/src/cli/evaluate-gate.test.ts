import { frameOf } from "@refrain/learn";
import { expect, it, vi } from "vitest";
import {
  classifiers,
  type Evaluation,
  evaluate,
  majorityClass,
  priorRate,
} from "../evaluation/index.js";
import { capturedTerminal } from "./captured-terminal.fixture.js";
import { evaluateDocument, failureDocument } from "./documents.fixture.js";
import { main } from "./main.js";

const holds = vi.hoisted(() => ({ half: true }));

// No task of ours learns random labels; the gate is shown an evaluation that did.
vi.mock("../workflow/index.js", async (original) => ({
  ...(await original<object>()),
  evaluateTask: async () => {
    const evaluation = await smallEvaluation();
    const rocAuc = { value: 0.7, low: 0.65, high: 0.75 };
    const randomLabels = { ...evaluation.randomLabels, rocAuc, holdsHalf: holds.half };
    return { task: "churn", evaluations: [{ ...evaluation, randomLabels }], meanings: ["leaves"] };
  },
}));

/** Sixty users at two cutoffs. */
function smallEvaluation(): Promise<Evaluation> {
  const rows = Array.from({ length: 120 }, (_, row) => row);
  const at = (cutoff: number) => Date.UTC(2017, 3, 1 + 14 * cutoff);
  return evaluate({
    task: "churn",
    table: {
      features: frameOf({ freq_P_last_7: rows.map((row) => (row * 7) % 11) }),
      target: Float64Array.from(rows, (row) => (row * 5) % 2),
      users: rows.map((row) => `u${row % 60}`),
      periods: {
        list: [0, 1].map((place) => ({
          name: new Date(at(place)).toISOString().slice(0, 10),
          at: at(place),
          labelEnd: at(place + 1),
        })),
        of: Int32Array.from(rows, (row) => (row < 60 ? 0 : 1)),
      },
    },
    candidates: [majorityClass, priorRate, ...classifiers.slice(0, 1)],
    resamples: 50,
    seed: 3,
  });
}

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
