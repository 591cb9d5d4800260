import type {
  Evaluation,
  MetricName,
  ModelComparison,
  ModelEvaluation,
} from "../../evaluation/index.js";
import { intervalChart } from "../figures/interval-chart.js";
import { type Content, html, type Markup } from "../markup.js";
import { formatShare } from "../numbers.js";
import type { Section } from "../page.js";
import {
  callout,
  type Fact,
  figure,
  figures,
  foldable,
  list,
  type TableRow,
  table,
} from "../parts.js";
import {
  bestModel,
  differenceText,
  estimateCell,
  estimateText,
  isEstimated,
  metricMeanings,
  metricTitles,
  modelsInOrder,
  plainWords,
  titled,
} from "./words.js";

const shownMetrics = Object.keys(metricTitles) as readonly MetricName[];
const picturedMetrics = ["rocAuc", "prAuc", "logLoss"] as const;

/** The few numbers on top of a page. */
export function evaluationFacts(evaluation: Evaluation, words = plainWords): readonly Fact[] {
  const { population, randomLabels } = evaluation;
  const best = bestModel(evaluation);
  const share = population.rows > 0 ? population.positives / population.rows : null;
  const facts: Fact[] = [
    {
      label: "Users",
      value: population.users.toLocaleString("en-US"),
      note: `${population.rows.toLocaleString("en-US")} rows`,
    },
    {
      label: `Share that ${words.yes === "yes" ? "is a yes" : words.yes}`,
      value: formatShare(share),
    },
  ];
  if (best !== undefined) {
    facts.push(
      {
        label: `ROC-AUC, ${best.name}`,
        value: tileOf(best, "rocAuc"),
        note: rangeOf(best, "rocAuc"),
      },
      {
        label: "Lift in the top 10 %",
        value: tileOf(best, "liftAt10"),
        note: rangeOf(best, "liftAt10"),
      },
    );
  }
  facts.push({
    label: "Random labels",
    value:
      randomLabels.holdsHalf === null
        ? "not run"
        : randomLabels.holdsHalf
          ? "nothing found"
          : "leak",
    note: randomLabels.holdsHalf === null ? "" : `ROC-AUC ${estimateText(randomLabels.rocAuc)}`,
  });
  return facts;
}

function tileOf(model: ModelEvaluation, metric: MetricName): string {
  return estimateText({ ...model[metric], low: null, high: null });
}

function rangeOf(model: ModelEvaluation, metric: MetricName): string {
  const { low, value } = model[metric];
  return low === null || value === null
    ? ""
    : estimateText(model[metric]).replace(/^[^(]*\((.*)\)$/, "$1");
}

/** All candidates under the main protocol: pictures, the verdict in words, the table. */
export async function resultSection(evaluation: Evaluation, words = plainWords): Promise<Section> {
  const head = titled(words, "How good it is");
  const said = html`<p>${evaluation.protocol}</p>
${verdict(evaluation)}`;
  if (!isEstimated(evaluation)) return { ...head, body: said };
  const charts = await Promise.all(
    picturedMetrics.map((metric) => metricChart(evaluation, metric)),
  );
  return {
    ...head,
    body: html`${said}
${figures(charts)}
${modelTable(evaluation)}
${differenceTables(evaluation)}
${meanings()}`,
  };
}

async function metricChart(evaluation: Evaluation, metric: MetricName): Promise<Content> {
  const known = modelsInOrder(evaluation).filter((model) => model[metric].value !== null);
  const smallest = Math.min(...known.map((model) => model[metric].value ?? 0));
  // Saying 0 or 1 of everybody costs so much log-loss that the others could not be told apart.
  const isFarOff = (model: ModelEvaluation) =>
    metric === "logLoss" && (model[metric].value ?? 0) > 5 * smallest;
  const farOff = known.filter(isFarOff).map((model) => `${model.name} (${tileOf(model, metric)})`);
  const rows = known.flatMap((model) => {
    const { value, low, high } = model[metric];
    if (value === null || isFarOff(model)) return [];
    const series = model.kind === "baseline" ? 5 : 0;
    return [{ label: model.name, value, low: low ?? value, high: high ?? value, series }];
  });
  if (rows.length === 0) return null;
  const title = metricTitles[metric];
  const picture = await intervalChart({
    alt: `${title} of each model with its 95 % interval`,
    rows,
    axis: { label: title },
    ...(metric === "rocAuc" ? { reference: 0.5 } : {}),
  });
  const missing = farOff.length > 0 ? ` Far off, not drawn: ${farOff.join(", ")}.` : "";
  return figure(
    picture,
    html`<b>${title}:</b> ${metricMeanings[metric]}. Grey: baselines.${missing}`,
  );
}

/** What the numbers say, in words. */
function verdict(evaluation: Evaluation): Markup {
  const best = bestModel(evaluation);
  if (best === undefined || best.rocAuc.value === null) {
    return callout("warn", "Nothing can be said yet", best?.rocAuc.reason ?? evaluation.chosenBy);
  }
  const { differences = {} } = best;
  const lines = picturedMetrics.flatMap((metric) => {
    const difference = differences[metric];
    if (difference === undefined || difference.value === null) return [];
    return [
      html`${metricTitles[metric]} ${estimateText(best[metric])},
${differenceText(difference)} from the best baseline, ${difference.against}:
<b>${judgement(metric, difference)}</b>`,
    ];
  });
  const clear = Object.values(picturedMetrics).some(
    (metric) => judgement(metric, differences[metric]) === "clearly better",
  );
  return callout(
    clear ? "good" : "warn",
    `${best.name}: chosen because ${evaluation.chosenBy}`,
    list(lines),
  );
}

/** Better, worse or a tie, by the interval of the difference. */
function judgement(
  metric: MetricName,
  difference: { readonly value: number | null; readonly tie: boolean | null } | undefined,
): string {
  if (difference === undefined || difference.value === null || difference.tie === null)
    return "not known";
  if (difference.tie) return "a tie";
  const lessIsBetter = metric === "logLoss" || metric === "brier" || metric === "ece";
  return difference.value > 0 !== lessIsBetter ? "clearly better" : "clearly worse";
}

function modelTable(evaluation: Evaluation): Markup {
  return table({
    caption: "Every model on the test rows, with 95 % intervals; the chosen one is marked",
    columns: [
      { title: "Model" },
      ...shownMetrics.map((metric) => ({ title: metricTitles[metric], kind: "number" as const })),
    ],
    rows: modelsInOrder(evaluation).map(
      (model): TableRow => ({
        marked: model.name === evaluation.best,
        cells: [
          html`${model.name}<span class="range">${model.kind}</span>`,
          ...shownMetrics.map((metric) => estimateCell(model[metric])),
        ],
      }),
    ),
  });
}

/** The chosen model against all others in the main metrics; every other pair on request. */
function differenceTables(evaluation: Evaluation): Markup {
  const fromBaselines = modelsInOrder(evaluation).flatMap((model) =>
    shownMetrics.flatMap((metric) => {
      const difference = model.differences?.[metric];
      return difference === undefined ? [] : [{ model: model.name, metric, ...difference }];
    }),
  );
  const { best } = evaluation;
  const all = [...fromBaselines, ...evaluation.comparisons.map((row) => seenFrom(best, row))];
  const isMain = ({ model, metric }: ModelComparison) =>
    model === best && picturedMetrics.some((name) => name === metric);
  const main = all.filter(isMain);
  const byMetric = picturedMetrics.flatMap((name) => main.filter(({ metric }) => metric === name));
  const others = all.filter((row) => !isMain(row));
  return html`${differenceTable(byMetric)}${
    others.length === 0 ? null : foldable("All other differences", differenceTable(others))
  }`;
}

/** A comparison with the chosen model is told from its side. */
function seenFrom(best: string | null, row: ModelComparison): ModelComparison {
  if (row.against !== best) return row;
  const turned = (value: number | null) => (value === null ? null : 0 - value);
  return {
    ...row,
    model: row.against,
    against: row.model,
    value: turned(row.value),
    low: turned(row.high),
    high: turned(row.low),
  };
}

function differenceTable(differences: readonly ModelComparison[]): Markup {
  return table({
    caption:
      "Differences on the same rows and the same resamples; of the baselines, the best in each " +
      "metric",
    columns: [
      { title: "Model" },
      { title: "Compared with" },
      { title: "Metric" },
      { title: "Difference", kind: "number" },
      { title: "So it is" },
    ],
    rows: differences.map((row) => [
      row.model,
      row.against,
      metricTitles[row.metric],
      estimateCell(row),
      judgement(row.metric, row),
    ]),
    empty: "There is nothing to compare.",
  });
}

function meanings(): Markup {
  const items = shownMetrics.map(
    (metric) => html`<b>${metricTitles[metric]}</b>: ${metricMeanings[metric]}`,
  );
  return html`${foldable("What the metrics ask", list(items))}`;
}
