import type { Evaluation } from "../../evaluation/index.js";
import { barChart } from "../figures/bar-chart.js";
import { type Content, html } from "../markup.js";
import { formatMetric, formatShare } from "../numbers.js";
import type { Section } from "../page.js";
import { callout, figure, figures, type TableRow, table } from "../parts.js";
import {
  type AnswerWords,
  estimateCell,
  isEstimated,
  modelsInOrder,
  plainWords,
  titled,
} from "./words.js";

/** From this share on, accuracy has next to no room to improve. */
const lopsidedFrom = 0.9;

/**
 * Class shares, and accuracy in training and test beside always saying the more frequent answer.
 */
export async function accuracySection(
  evaluation: Evaluation,
  words: AnswerWords = plainWords,
): Promise<Section> {
  const main = evaluation.splits.find((split) => split.main);
  const sides = [
    { name: "training rows", counts: main?.train },
    { name: "test rows", counts: main?.test },
  ].flatMap(({ name, counts }) =>
    counts && counts.rows > 0 ? [{ name, yes: counts.positives / counts.rows }] : [],
  );
  const shares = await barChart({
    alt: `Share of ${words.yes} and ${words.no} in training and test rows`,
    axis: { label: "share of rows", kind: "share", domain: [0, 1] },
    bars: sides.flatMap(({ name, yes }) => [
      { label: words.no, value: 1 - yes, series: name },
      { label: words.yes, value: yes, series: name },
    ]),
  });
  const compared = await accuracyPicture(evaluation);
  return {
    ...titled(words, "Classes and accuracy"),
    body: html`${figures([
      figure(shares, html`<b>Classes.</b> How many rows are of each kind.`),
      compared,
    ])}
${naiveCallout(evaluation, words)}
${isEstimated(evaluation) ? accuracyTable(evaluation) : null}`,
  };
}

async function accuracyPicture(evaluation: Evaluation): Promise<Content> {
  const { accuracy } = evaluation.naive;
  const bars = modelsInOrder(evaluation).flatMap((model) =>
    model.train === null || model.accuracy.value === null
      ? []
      : [
          { label: model.name, value: model.train.accuracy, series: "training" },
          { label: model.name, value: model.accuracy.value, series: "test" },
        ],
  );
  if (bars.length === 0) return null;
  const picture = await barChart({
    alt: "Accuracy of each model in training and test",
    axis: { label: "accuracy", kind: "share", domain: [0, 1] },
    bars,
  });
  const naive =
    accuracy.value === null ? "" : ` The naive classifier has ${formatShare(accuracy.value)}.`;
  return figure(picture, html`<b>Accuracy, training beside test.</b>${naive}`);
}

/** Why accuracy near the naive one says nothing, and what to read instead. */
function naiveCallout({ naive, best }: Evaluation, words: AnswerWords): Content {
  const { value } = naive.accuracy;
  if (value === null) return null;
  const said = naive.positive ? words.yes : words.no;
  const start = `Saying “${said}” of everybody is right for ${formatShare(value)} of test rows. `;
  if (value < lopsidedFrom) {
    return callout(
      "plain",
      "The naive classifier",
      `${start}An accuracy means something only by its distance from that; ROC-AUC and log-loss ` +
        `say more.`,
    );
  }
  return callout(
    "plain",
    `Why ${formatShare(value)} can hardly be moved`,
    `${start}To beat that, a model must be more than half sure of “${
      naive.positive ? words.no : words.yes
    }” for single users, and behaviour seldom allows that even where it says a lot; ` +
      `so ${best === null ? "any model" : best} and the naive classifier look alike by accuracy. ` +
      "Read instead: log-loss (are the probabilities right?), PR-AUC beside the share of yes (is " +
      "the top of the list pure?), " +
      "and the lift in the top 10 % (what an offer to these users gains over an offer to anyone).",
  );
}

function accuracyTable(evaluation: Evaluation) {
  const { naive } = evaluation;
  const number = "number" as const;
  const rows = modelsInOrder(evaluation).map(
    (model): TableRow => ({
      marked: model.name === evaluation.best,
      cells: [
        model.name,
        formatMetric(model.train?.accuracy),
        estimateCell(model.accuracy),
        formatMetric(model.train?.rocAuc),
        estimateCell(model.rocAuc),
        formatMetric(model.train?.logLoss),
        estimateCell(model.logLoss),
      ],
    }),
  );
  return table({
    caption: "Scores in training beside scores in the test: far apart means learnt by heart",
    columns: [
      { title: "Model" },
      { title: "Accuracy, training", kind: number },
      { title: "Accuracy, test", kind: number },
      { title: "ROC-AUC, training", kind: number },
      { title: "ROC-AUC, test", kind: number },
      { title: "Log-loss, training", kind: number },
      { title: "Log-loss, test", kind: number },
    ],
    rows: [
      ...rows,
      ["naive classifier", null, estimateCell(naive.accuracy), null, null, null, null],
    ],
  });
}
