import type { Evaluation, SplitEvaluation, SplitKind } from "../../evaluation/index.js";
import { intervalChart } from "../figures/interval-chart.js";
import { lineChart } from "../figures/line-chart.js";
import { type Content, html } from "../markup.js";
import { formatMetric, formatNumber, formatShare } from "../numbers.js";
import type { Section } from "../page.js";
import { callout, figure, figures, type TableRow, table } from "../parts.js";
import {
  type AnswerWords,
  bestModel,
  drawnModels,
  estimateCell,
  plainWords,
  seriesOf,
  titled,
} from "./words.js";

const splitWords: Readonly<Record<SplitKind, { readonly name: string; readonly asks: string }>> = {
  time: { name: "by time", asks: "next month, mostly users seen before" },
  user: { name: "by user", asks: "users never seen, same months" },
  "time-and-user": { name: "by time and user", asks: "next month, users never seen" },
  row: { name: "random rows", asks: "not honest: a user's other rows are in training" },
};

/** The same candidates under other ways to split, the dishonest one among them. */
export async function protocolsSection(
  evaluation: Evaluation,
  words: AnswerWords = plainWords,
): Promise<Section> {
  const best = bestModel(evaluation);
  const areas = evaluation.splits.flatMap((split) => {
    const area = split.models.find((model) => model.name === best?.name)?.rocAuc;
    if (area === undefined || area.value === null) return [];
    return [
      { split, value: area.value, low: area.low ?? area.value, high: area.high ?? area.value },
    ];
  });
  const picture =
    areas.length === 0
      ? null
      : figure(
          await intervalChart({
            alt: `ROC-AUC of ${best?.name} under each way to split`,
            reference: 0.5,
            axis: { label: "ROC-AUC" },
            rows: areas.map(({ split, value, low, high }) => ({
              label: splitWords[split.kind].name,
              value,
              low,
              high,
              series: split.honest ? 0 : 1,
            })),
          }),
          html`<b>${best?.name} under each way to split.</b> The main one is ${
            splitWords[evaluation.splits[0]?.kind ?? "time"].name
          }.`,
        );
  return {
    ...titled(words, "What the split is worth"),
    body: html`<p>A model is judged by rows it has not seen. What “not seen” means changes the
number: with rows dealt at random, other months of the same user are in training, and what the model
remembers of a user looks like skill.</p>
${figures([picture])}
${leakSentence(areas)}
${protocolTable(evaluation)}`,
  };
}

/** What the random split promises beyond the honest ones, in words. */
function leakSentence(
  areas: readonly {
    readonly split: SplitEvaluation;
    readonly value: number;
    readonly low: number;
  }[],
): Content {
  const honest = areas.filter(({ split }) => split.honest).map(({ value }) => value);
  const row = areas.find(({ split }) => !split.honest);
  if (row === undefined || honest.length === 0) return null;
  const [most, least] = [Math.max(...honest), Math.min(...honest)];
  return row.low > most
    ? callout(
        "warn",
        "Splitting random rows flatters",
        `It promises a ROC-AUC of ${formatMetric(row.value)}, where honest splits give ` +
          `${formatMetric(least)} to ${formatMetric(most)}.`,
      )
    : callout(
        "plain",
        "Splitting random rows does not flatter here",
        `It gives a ROC-AUC of ${formatMetric(row.value)}, and honest splits ` +
          `${formatMetric(least)} to ` +
          `${formatMetric(most)}: these features tell little about who a user is.`,
      );
}

function protocolTable(evaluation: Evaluation) {
  const number = "number" as const;
  const rows = evaluation.splits.flatMap((split): readonly TableRow[] => {
    const { name, asks } = splitWords[split.kind];
    const purged = split.folds.reduce((sum, fold) => sum + fold.purged, 0);
    const sizes = [
      formatNumber(split.train.rows),
      formatNumber(split.test.rows),
      formatNumber(purged),
    ];
    const title = html`${name}${split.main ? " (main)" : ""}<span class="range">${asks}</span>`;
    if (split.reason !== undefined) {
      return [[title, split.reason, ...sizes, null, null, null]];
    }
    return split.models
      .filter((model) => model.kind !== "baseline")
      .map((model) => ({
        marked: split.main,
        cells: [
          title,
          model.name,
          ...sizes,
          estimateCell(model.rocAuc),
          estimateCell(model.prAuc),
          estimateCell(model.logLoss),
        ],
      }));
  });
  return table({
    caption: "The same models under each way to split, with 95 % intervals",
    columns: [
      { title: "Split" },
      { title: "Model" },
      { title: "Training rows", kind: number },
      { title: "Test rows", kind: number },
      { title: "Left out", kind: number },
      { title: "ROC-AUC", kind: number },
      { title: "PR-AUC", kind: number },
      { title: "Log-loss", kind: number },
    ],
    rows,
  });
}

/** Skill and share of yes from period to period; nothing where the table knows no time. */
export async function periodsSection(
  evaluation: Evaluation,
  words: AnswerWords = plainWords,
): Promise<Section | undefined> {
  const { periods } = evaluation;
  if (periods.length < 2) return undefined;
  const lines = drawnModels(evaluation)
    .map((model) => ({
      name: model.name,
      dots: true,
      series: seriesOf(evaluation, model.name),
      points: periods.flatMap((period) => {
        const area = period.rocAuc[model.name];
        return area === null || area === undefined ? [] : [[period.at, area] as const];
      }),
    }))
    .filter(({ points }) => new Set(points.map(([, area]) => area)).size > 1);
  const areas = lines.flatMap(({ points }) => points.map(([, area]) => area));
  const most = Math.max(0.01, ...periods.map((period) => period.positives / period.rows));
  const skill = await lineChart({
    alt: "ROC-AUC of each model by period of test",
    x: { label: "moment of prediction", kind: "date" },
    y: { label: "ROC-AUC", domain: [Math.min(0.48, ...areas), 1] },
    levels: [0.5],
    lines,
  });
  const rate = await lineChart({
    alt: `Share that ${words.yes}, by period`,
    x: { label: "moment of prediction", kind: "date" },
    y: { label: `share of “${words.yes}”`, kind: "share", domain: [0, Math.min(1, 1.15 * most)] },
    lines: [
      {
        name: `share of “${words.yes}”`,
        dots: true,
        points: periods.map((period) => [period.at, period.positives / period.rows] as const),
      },
    ],
  });
  return {
    ...titled(words, "From period to period"),
    body: html`${figures([
      lines.length === 0
        ? null
        : figure(
            skill,
            html`<b>Skill over time.</b> Each period is tested by what was known before it. Earlier
ones were used to choose, the last one was not touched before the end.`,
          ),
      figure(
        rate,
        html`<b>Share of “${words.yes}”.</b> Where it moves, probabilities must be fitted again.`,
      ),
    ])}
${table({
  caption: "Periods",
  columns: [
    { title: "Moment of prediction" },
    { title: "Rows", kind: "number" },
    { title: "Users", kind: "number" },
    { title: `Share of “${words.yes}”`, kind: "number" },
    { title: "Used for" },
  ],
  rows: periods.map((period) => ({
    marked: period.main,
    cells: [
      period.name,
      period.rows,
      period.users,
      formatShare(period.positives / period.rows),
      period.main
        ? "the test"
        : Object.keys(period.rocAuc).length > 0
          ? "training and choosing"
          : "training",
    ],
  })),
})}`,
  };
}
