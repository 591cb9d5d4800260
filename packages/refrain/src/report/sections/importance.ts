import type {
  Evaluation,
  Importance,
  ModelEvaluation,
  TreeSummary,
} from "../../evaluation/index.js";
import { barChart } from "../figures/bar-chart.js";
import { fileAsPicture } from "../figures/picture.js";
import { stripChart } from "../figures/strip-chart.js";
import { type Content, html, type Markup } from "../markup.js";
import { formatNumber } from "../numbers.js";
import type { Section } from "../page.js";
import { figure, figures, foldable, longTable, wideFigure, withRange } from "../parts.js";
import { type AnswerWords, plainWords, titled } from "./words.js";

/** Features in a picture. */
const mostDrawn = 10;
/** Features shown in the table without a click. */
const mostInSight = 12;

/** What the chosen model would miss, and what features add in the best model of trees. */
export async function importanceSection(
  evaluation: Evaluation,
  words: AnswerWords = plainWords,
): Promise<Section | undefined> {
  const { importance } = evaluation;
  if (importance === undefined || importance.features.length === 0) return undefined;
  return {
    ...titled(words, "Which features matter"),
    body: html`${figures([
      await shuffledFigure(importance),
      importance.trees === undefined ? null : await addedFigure(importance.trees, words),
    ])}
${importanceTables(importance)}
${evaluation.models.map(drawnTree)}`,
  };
}

/** The upper part of a model that is one tree. */
function drawnTree({ name, drawing }: ModelEvaluation): Content {
  if (drawing === undefined) return null;
  const picture = fileAsPicture(drawing.picture, `The tree of ${name}, from its root`);
  return html`${wideFigure(
    picture,
    html`<b>${name}.</b> Rows for which the question holds go left. The bar of a box shows the
shares of no and yes among its training rows; a dashed box has more below it.`,
  )}
${foldable(`The whole tree of ${name}`, html`<pre><code>${drawing.text}</code></pre>`)}`;
}

async function shuffledFigure({ model, rows, features }: Importance): Promise<Content> {
  const drawn = features.slice(0, mostDrawn).filter(({ logLoss }) => logLoss > 0);
  if (drawn.length === 0) return null;
  const picture = await barChart({
    alt: `How much the log-loss of ${model} rises when one feature is shuffled`,
    axis: { label: "rise of the log-loss" },
    bars: drawn.map(({ feature, logLoss }) => ({ label: feature, value: logLoss })),
  });
  return figure(
    picture,
    html`<b>${model}: what it would miss.</b> Rise of the log-loss when a feature is shuffled among
${formatNumber(rows)} test rows. Features that say the same stand in for each other, so that each
seems to matter less.`,
  );
}

const heights = [
  { name: "low values", series: 0 },
  { name: "middle", series: 5 },
  { name: "high values", series: 1 },
  { name: "missing, or a category", series: 3 },
] as const;

async function addedFigure(trees: TreeSummary, { yes }: AnswerWords): Promise<Content> {
  const drawn = trees.features.slice(0, mostDrawn).filter(({ meanAbsolute }) => meanAbsolute > 0);
  if (drawn.length === 0) return null;
  const picture = await stripChart({
    alt: `What each feature adds to single predictions of ${trees.model}, by its Shapley values`,
    axis: { label: `added to the ${trees.unit} of “${yes}”` },
    groups: heights,
    strips: drawn.map(({ feature, points }) => ({
      label: feature,
      dots: points.map(({ adds, height }) => ({ value: adds, group: groupOf(height) })),
    })),
  });
  return figure(
    picture,
    html`<b>${trees.model}: what features add, row by row.</b> A dot is a test row; its colour says
where its value stands among the others; right of the line it raises the chance of “${yes}”.`,
  );
}

function groupOf(height: number | null): number {
  if (height === null) return 3;
  return height < 1 / 3 ? 0 : height <= 2 / 3 ? 1 : 2;
}

function importanceTables({ model, features, trees }: Importance): Markup {
  const added = new Map(trees?.features.map((one) => [one.feature, one.meanAbsolute]));
  return longTable(
    {
      caption: `Every feature, shuffled: ${model}`,
      columns: [
        { title: "Feature" },
        { title: "Log-loss rises by", kind: "number" },
        ...(trees === undefined
          ? []
          : [{ title: `Adds on average (${trees.model})`, kind: "number" as const }]),
      ],
      rows: features.map(({ feature, logLoss, deviation }) => [
        feature,
        withRange(formatNumber(logLoss), `± ${formatNumber(deviation)}`),
        ...(trees === undefined ? [] : [formatNumber(added.get(feature) ?? null)]),
      ]),
    },
    mostInSight,
    {
      caption: `The ${mostInSight} features that ${model} would miss most`,
      all: `All ${features.length} features`,
    },
  );
}
