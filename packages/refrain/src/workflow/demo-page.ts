import type { Estimate } from "@refrain/learn";
import type { Evaluation, Oracle } from "../evaluation/index.js";
import {
  type Fact,
  formatInterval,
  formatMetric,
  formatNumber,
  formatShare,
  html,
  join,
  type PageOptions,
} from "../report/index.js";
import type { TaskEvaluation } from "./evaluate-task.js";

/** One task of the demo. */
export interface DemoPart {
  readonly task: string;
  readonly format: string;
  readonly events: number;
  readonly model: string | null;
  readonly found: TaskEvaluation;
  readonly report: PageOptions;
}

/** All tasks on one page: the few numbers that matter on top, then each task's own sections. */
export async function demoPage(
  parts: readonly DemoPart[],
  simulated: { readonly users: number; readonly seed: number; readonly events: number },
): Promise<PageOptions> {
  return {
    title: "Refrain: the whole way on a simulated service",
    subtitle:
      `${formatNumber(simulated.users)} listeners of each of ${parts.length} services, ` +
      `${formatNumber(simulated.events)} events, seed ${simulated.seed}. ` +
      "The truth is known, so that each result stands beside what the best possible model reaches.",
    facts: parts.flatMap(({ found }) => answerFacts(found)),
    lead: join(parts.map(({ report }) => report.lead ?? null)),
    // What a task says about none of its answers stands last, under the task's own name.
    sections: parts.flatMap(({ task, report, found }) => [
      ...report.sections.filter(({ group }) => group !== undefined),
      ...report.sections
        .filter(({ group }) => group === undefined)
        .map((section) => ({ ...section, group: groupOf(task, found) })),
    ]),
    footer: html`Run again:
<code>refrain demo --users ${simulated.users} --seed ${simulated.seed}</code>.
This file needs no network and runs no script.`,
  };
}

/** A task with one answer goes by that answer's heading. */
function groupOf(task: string, { words }: TaskEvaluation): string {
  const [first, ...others] = words;
  if (others.length === 0 && first?.heading !== undefined) return first.heading;
  return `${task.slice(0, 1).toUpperCase()}${task.slice(1)}: the data`;
}

function answerFacts({ evaluations, words }: TaskEvaluation): Fact[] {
  return evaluations.map((evaluation, at) => ({
    label: `${words[at]?.heading ?? evaluation.target}: ROC-AUC`,
    value: formatMetric(bestOf(evaluation)?.rocAuc.value),
    note: factNote(evaluation),
  }));
}

function factNote(evaluation: Evaluation): string {
  const best = bestOf(evaluation);
  if (!best) return evaluation.chosenBy;
  const { low, high } = best.rocAuc;
  const attained = evaluation.oracle === undefined ? "" : `; ${attainedText(evaluation.oracle)}`;
  return `${formatInterval(low, high)}${attained}`;
}

function attainedText({ attained: { value, low, high } }: Oracle): string {
  const range =
    low === null || high === null ? "" : ` (${formatShare(low)} to ${formatShare(high)})`;
  return `${formatShare(value)}${range} of the attainable`;
}

/** One line for the terminal. */
export function answerLine(evaluation: Evaluation): string {
  const best = bestOf(evaluation);
  if (!best) return `${evaluation.target}: ${evaluation.chosenBy}`;
  const baseline = Math.max(
    ...evaluation.models
      .filter((model) => model.kind === "baseline")
      .map((model) => model.rocAuc.value ?? 0.5),
  );
  const { oracle } = evaluation;
  return (
    `${evaluation.target}: ${best.name} ROC-AUC ${withInterval(best.rocAuc)}, ` +
    `best baseline ${baseline.toFixed(3)}` +
    (oracle ? `, truth ${oracle.rocAuc.value?.toFixed(3)}: ${attainedText(oracle)}` : "")
  );
}

function withInterval({ value, low, high }: Estimate): string {
  return `${value?.toFixed(3)} (${low?.toFixed(3)} to ${high?.toFixed(3)})`;
}

function bestOf(evaluation: Evaluation): Evaluation["models"][number] | undefined {
  return evaluation.models.find((model) => model.name === evaluation.best);
}
