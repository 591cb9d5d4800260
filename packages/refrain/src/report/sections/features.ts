import type { Evaluation, ModelEvaluation } from "../../evaluation/index.js";
import { barChart } from "../figures/bar-chart.js";
import { heatMap, heatRamp } from "../figures/heat-map.js";
import { html, type Markup } from "../markup.js";
import { formatMetric, formatNumber } from "../numbers.js";
import type { Section } from "../page.js";
import { callout, figure, figures, longTable, table, wideFigure } from "../parts.js";
import { type AnswerWords, modelsInOrder, plainWords, titled } from "./words.js";

/** Features at most on each side of the picture of coefficients. */
const mostOnEachSide = 5;
/** Coefficients shown without a click. */
const mostInSight = 12;

/** What raises and what lowers the prediction, by standardised, signed coefficients. */
export async function coefficientsSection(
  evaluation: Evaluation,
  words: AnswerWords = plainWords,
): Promise<Section | undefined> {
  const model = modelsInOrder(evaluation).find((one) => (one.coefficients?.length ?? 0) > 0);
  const coefficients = model?.coefficients;
  if (model === undefined || coefficients === undefined) return undefined;
  const { raise, lower } = strongest(coefficients);
  const picture = await barChart({
    alt:
      `Standardised coefficients of ${model.name}: the strongest that raise and that lower ` +
      `the chance of ${words.yes}`,
    signed: true,
    axis: { label: "change of the log-odds for one standard deviation" },
    bars: [...raise, ...lower].map(({ feature, value }) => ({ label: feature, value })),
  });
  return {
    ...titled(words, "What raises and what lowers it"),
    body: html`${figures([
      figure(
        picture,
        html`<b>${model.name}: the ${raise.length} that raise and the ${lower.length} that lower</b>
the chance of “${
          words.yes
        }” most, with everything else held. Features that say the same share their weight.`,
      ),
    ])}
${coefficientTables(model)}`,
  };
}

function coefficientTables({ name, coefficients = [] }: ModelEvaluation): Markup {
  const sorted = [...coefficients].sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  return longTable(
    {
      caption: `All standardised coefficients of ${name}, strongest first`,
      columns: [
        { title: "Feature" },
        { title: "Coefficient", kind: "number" },
        { title: "Odds ratio", kind: "number" },
        { title: "So it" },
      ],
      rows: sorted.map(({ feature, value }) => [
        feature,
        formatNumber(value),
        formatNumber(Math.exp(value)),
        value > 0 ? "raises" : value < 0 ? "lowers" : "does nothing",
      ]),
    },
    mostInSight,
    {
      caption: `The ${mostInSight} strongest standardised coefficients of ${name}`,
      all: `All ${sorted.length} coefficients`,
    },
  );
}

/** The strongest on each side, strongest raise first, strongest lower last. */
function strongest(coefficients: NonNullable<ModelEvaluation["coefficients"]>) {
  const sorted = [...coefficients].sort((a, b) => b.value - a.value);
  return {
    raise: sorted.filter(({ value }) => value > 0).slice(0, mostOnEachSide),
    lower: sorted.filter(({ value }) => value < 0).slice(-mostOnEachSide),
  };
}

/** Rank correlation of all features and answers, with the features that it suggests to drop. */
export async function correlationSection(
  evaluation: Evaluation,
  words: AnswerWords = plainWords,
): Promise<Section> {
  const { correlation } = evaluation;
  const head = titled(words, "Rank correlation");
  if (correlation.rows === 0) {
    return { ...head, body: callout("plain", "No picture", "There are no training rows.") };
  }
  const last = correlation.names.slice(-correlation.targets).join(", ");
  const ramp = await heatRamp("signed", "Ramp from -100 to 100 per cent");
  const map = await heatMap({
    alt: `Spearman rank correlation of ${correlation.names.length} columns in whole per cent`,
    rows: correlation.names,
    values: correlation.values.map((value) => value ?? Number.NaN),
    scale: "signed",
  });
  return {
    ...head,
    body: html`${figure(ramp, "Blue: one falls where the other rises. Orange: both rise.")}
${wideFigure(
  map,
  html`<b>Spearman rank correlation, whole per cent,</b> over ${formatNumber(
    correlation.rows,
  )} training rows. Columns carry the numbers of the rows. Last: ${last}.`,
)}
${table({
  caption: "Features that could be left out",
  columns: [
    { title: "Feature" },
    { title: "Why" },
    { title: "The same as" },
    { title: "Correlation", kind: "number" },
  ],
  rows: correlation.dropList.map((one) => [
    one.feature,
    one.reason,
    one.other ?? null,
    one.correlation === null ? null : formatMetric(one.correlation),
  ]),
  empty:
    "None: no two features say the same (.9 and more), and each says something (.03 and more).",
})}`,
  };
}
