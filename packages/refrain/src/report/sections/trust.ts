import type { Estimate } from "@refrain/learn";
import type { Evaluation } from "../../evaluation/index.js";
import { intervalChart } from "../figures/interval-chart.js";
import { html, join, type Markup } from "../markup.js";
import { formatInterval, formatMetric, formatShare } from "../numbers.js";
import type { Section } from "../page.js";
import { callout, figure, figures, list, table } from "../parts.js";
import {
  type AnswerWords,
  bestModel,
  estimateCell,
  estimateText,
  plainWords,
  titled,
} from "./words.js";

/** Warnings that belong on top of a page: likely leaks, results too good, random labels learnt. */
export function suspicionCallouts(evaluation: Evaluation): Markup {
  const { suspicions, randomLabels } = evaluation;
  const learnt =
    randomLabels.holdsHalf === false
      ? callout(
          "bad",
          "Random labels were learnt",
          `The 99.9 % interval of the ROC-AUC on random labels is ${formatInterval(
            randomLabels.rocAuc.low,
            randomLabels.rocAuc.high,
          )} and does not hold .5: some step sees the answers. Trust no number of this page.`,
        )
      : null;
  if (suspicions.length === 0) return join([learnt]);
  const title = suspicions.length === 1 ? "A likely leak" : `${suspicions.length} likely leaks`;
  return join([learnt, callout("bad", title, list(suspicions.map((one) => one.message)))]);
}

/** The run on random labels: an honest protocol finds nothing in them. */
export async function randomLabelsSection(
  evaluation: Evaluation,
  words: AnswerWords = plainWords,
): Promise<Section> {
  const { randomLabels } = evaluation;
  const head = titled(words, "Random labels");
  const { value, low, high } = randomLabels.rocAuc;
  if (value === null || low === null || high === null) {
    return { ...head, body: callout("plain", "Not run", randomLabels.rocAuc.reason ?? "") };
  }
  const best = bestModel(evaluation)?.rocAuc;
  const real =
    best && best.value !== null
      ? [
          {
            label: "real labels",
            value: best.value,
            low: best.low ?? best.value,
            high: best.high ?? best.value,
            series: 0,
          },
        ]
      : [];
  const picture = await intervalChart({
    alt:
      `ROC-AUC on random labels, mean ${formatMetric(value)}, interval ` +
      `${formatInterval(low, high)}`,
    axis: { label: "ROC-AUC" },
    reference: 0.5,
    rows: [
      ...real,
      { label: "random labels", value, low, high, series: 1, single: randomLabels.values },
    ],
  });
  const said =
    `${randomLabels.model} was fitted and tested ${randomLabels.repeats} times with ` +
    `the answers shuffled inside each period.`;
  return {
    ...head,
    body: html`${callout(
      randomLabels.holdsHalf ? "good" : "bad",
      randomLabels.holdsHalf ? "It finds nothing, as it must" : "It finds something, and must not",
      `${said} The mean ROC-AUC is ${formatMetric(value)} with a 99.9 % interval of ` +
        `${formatInterval(low, high)}, ` +
        `which ${randomLabels.holdsHalf ? "holds" : "does not hold"} .5.`,
    )}
${figures([
  figure(
    picture,
    html`<b>Real and random labels.</b> Rings: each repeat; the line: the interval of their mean. A
protocol that leaks would lift them off .5.`,
  ),
])}`,
  };
}

/** Skill of the truth itself on simulated data, and the share of it that each model reached. */
export function oracleSection(
  evaluation: Evaluation,
  words: AnswerWords = plainWords,
): Section | undefined {
  const { oracle } = evaluation;
  if (oracle === undefined) return undefined;
  return {
    ...titled(words, "How much could be known"),
    body: html`<p>This data is simulated, so the true probability of each answer is known. Nobody
can do better than the truth for long: its ROC-AUC is ${estimateText(oracle.rocAuc)}. The chosen
model reached ${reachedText(oracle.attained)}.</p>
${table({
  caption: "Share of the attainable skill: (ROC-AUC - .5) / (ROC-AUC of the truth - .5)",
  columns: [
    { title: "Model" },
    { title: "ROC-AUC", kind: "number" },
    { title: "PR-AUC", kind: "number" },
    { title: "Log-loss", kind: "number" },
    { title: "Share attained", kind: "number" },
  ],
  rows: [
    [
      "the truth",
      estimateCell(oracle.rocAuc),
      estimateCell(oracle.prAuc),
      estimateCell(oracle.logLoss),
      "1",
    ],
    ...evaluation.models
      .filter((model) => model.attained !== undefined)
      .map((model) => ({
        marked: model.name === evaluation.best,
        cells: [
          model.name,
          estimateCell(model.rocAuc),
          estimateCell(model.prAuc),
          estimateCell(model.logLoss),
          estimateCell(model.attained!),
        ],
      })),
  ],
})}`,
  };
}

/** More than all of it is luck with these test rows, and the interval says so. */
function reachedText({ value, low, high }: Estimate): string {
  if (value === null) return "a share that is not known";
  const range =
    low === null || high === null ? "" : ` (${formatShare(low)} to ${formatShare(high)})`;
  const luck = value > 1 ? "; more than all of it is luck with these test rows" : "";
  return `${formatShare(value)}${range} of what is attainable${luck}`;
}
