import type { Evaluation } from "../../evaluation/index.js";
import { calibrationChart } from "../figures/calibration-chart.js";
import { type LineSeries, lineChart } from "../figures/line-chart.js";
import { html } from "../markup.js";
import { formatShare } from "../numbers.js";
import type { Section } from "../page.js";
import { callout, figure, figures } from "../parts.js";
import { bestModel, drawnModels, estimateText, plainWords, seriesOf, titled } from "./words.js";

/** ROC, precision-recall and calibration on the test rows. */
export async function curvesSection(evaluation: Evaluation, words = plainWords): Promise<Section> {
  const head = titled(words, "ROC, precision-recall, calibration");
  const drawn = drawnModels(evaluation);
  if (drawn.length === 0) {
    const why = evaluation.models[0]?.rocAuc.reason ?? "No model tells rows apart.";
    return { ...head, body: callout("plain", "No curves", why) };
  }
  const areas = (metric: "rocAuc" | "prAuc") =>
    drawn.map((model) => `${model.name}, area ${estimateText(model[metric])}`).join("; ");
  const lines = (of: "roc" | "precisionRecall"): readonly LineSeries[] =>
    drawn.map((model) => ({
      name: model.name,
      points: (evaluation.curves[model.name]?.[of] ?? []).map(({ x, y }) => [x, y] as const),
      series: seriesOf(evaluation, model.name),
    }));
  const unit = { domain: [0, 1], kind: "share" } as const;
  const test = evaluation.splits.find((split) => split.main)?.test;
  const share = test && test.rows > 0 ? test.positives / test.rows : 0;
  const [roc, precisionRecall] = await Promise.all([
    lineChart({
      alt: `ROC curves: ${areas("rocAuc")}`,
      x: { label: "wrongly called, of all no", ...unit },
      y: { label: "found, of all yes", ...unit },
      lines: lines("roc"),
      diagonal: true,
    }),
    lineChart({
      alt: `Precision-recall curves: ${areas("prAuc")}`,
      x: { label: "found, of all yes", ...unit },
      y: { label: "rightly called, of all called", ...unit },
      lines: lines("precisionRecall"),
      levels: [share],
    }),
  ]);
  return {
    ...head,
    body: html`${figures([
      figure(
        roc,
        html`<b>ROC.</b> The nearer to the upper left, the better; on the diagonal is guessing.`,
      ),
      figure(
        precisionRecall,
        html`<b>Precision and recall.</b> Guessing lies on the dashed line, the share of yes
(${formatShare(share)}).`,
      ),
      await calibrationFigure(evaluation),
    ])}`,
  };
}

async function calibrationFigure(evaluation: Evaluation) {
  const best = bestModel(evaluation);
  const curves = best && evaluation.curves[best.name];
  if (best === undefined || curves === undefined) return null;
  const picture = await calibrationChart({
    alt: `Calibration of ${best.name}: expected calibration error ${estimateText(best.ece)}`,
    models: [
      { name: best.name, bins: curves.calibration, series: seriesOf(evaluation, best.name) },
    ],
    histogram: curves.histogram,
  });
  return figure(
    picture,
    html`<b>Calibration.</b> On the dashed line a probability means what it says. The bars show how
often each was predicted. Calibration error ${estimateText(best.ece)}.`,
  );
}
