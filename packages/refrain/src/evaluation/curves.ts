import { calibrationCurve, prCurve, rocCurve } from "@refrain/learn";
import type { ModelCurves } from "./result.js";

/** Points at most of a drawn curve: finer than a screen shows. */
const curvePoints = 150;
/** Bars of the histogram of predictions. */
const histogramBins = 20;

/** Everything that is drawn about one set of probabilities. */
export function curvesOf(target: Float64Array, scores: Float64Array): ModelCurves {
  return {
    roc: rocCurve(target, scores, { points: curvePoints }),
    precisionRecall: prCurve(target, scores, { points: curvePoints }),
    calibration: calibrationCurve(target, scores),
    histogram: histogramOf(scores),
  };
}

/** Bins of equal width from 0 to the highest prediction, rounded up to whole per cent. */
function histogramOf(scores: Float64Array): ModelCurves["histogram"] {
  const highest = scores.reduce((most, score) => Math.max(most, score), 0);
  const top = Math.max(0.01, Math.ceil(highest * 100) / 100);
  const counts = new Array<number>(histogramBins).fill(0);
  for (const score of scores) {
    const bin = Math.min(histogramBins - 1, Math.floor((score / top) * histogramBins));
    counts[bin]! += 1;
  }
  return counts.map((count, bin) => ({
    from: (bin * top) / histogramBins,
    to: ((bin + 1) * top) / histogramBins,
    count,
  }));
}
