/** What is asked of detectors alone; the groups take them in. */

import { Frame, numberColumn } from "../frame/index.js";
import type { DetectorModel, Model } from "../learners/index.js";
import { rocAuc } from "../metrics/index.js";
import { type Check, noSense } from "./check.js";
import { largestDifference, sameScores } from "./expect.js";

const detects = ({ task }: { readonly task: string }): boolean => task === "detection";

/** Rows that are planted into. */
const PLANTED = 40;
/** Far outside of the world's columns, which lie within 5 deviations of 0. */
const FAR = 40;

/** Every number of a table changed. */
function changed(frame: Frame, change: (value: number, row: number) => number): Frame {
  return frame.with(
    frame.columns.flatMap((column) =>
      column.kind === "number"
        ? [numberColumn(column.name, Float64Array.from(column.values, change))]
        : [],
    ),
  );
}

/** The reasons of a detector; a pipeline leaves them to `detectorContributions`. */
function reasonsOf(model: Model): DetectorModel["contributions"] | undefined {
  return (model as Partial<DetectorModel>).contributions;
}

/** A detector that learns, and whose scores do not fall together. */
export const detectorAliveChecks: readonly Check[] = [
  {
    name: "other rows teach other scores",
    applies: detects,
    run: async ({ fit, world, model }) => {
      const other = await fit(
        changed(world.frame, (value) => 3 * value + 5),
        undefined,
      );
      const expected = await (await model()).predict(world.testFrame);
      const difference = largestDifference(expected, await other.predict(world.testFrame));
      return difference > 1e-6 ? undefined : "rows of another law give the same scores";
    },
  },
];

/** A detector that finds what is abnormal. */
export const detectorHonestChecks: readonly Check[] = [
  {
    name: "planted outliers are found",
    applies: detects,
    run: async ({ world, model }) => {
      const rows = world.testFrame.rowCount;
      const planted = changed(world.testFrame, (value, row) =>
        row < PLANTED ? (row % 2 === 0 ? FAR : -FAR) : value,
      );
      const target = Float64Array.from({ length: rows }, (_, row) => (row < PLANTED ? 1 : 0));
      const auc = rocAuc(target, await (await model()).predict(planted));
      return auc >= 0.95 ? undefined : `ROC-AUC ${auc} of rows that lie far off`;
    },
  },
];

/** A detector that says why. */
export const detectorReasonChecks: readonly Check[] = [
  {
    name: "reasons are one sound number a row and column, whatever the batch",
    applies: detects,
    run: async ({ world, model }) => {
      const fitted = await model();
      const contributions = reasonsOf(fitted);
      if (contributions === undefined) {
        return fitted.card.kind === "pipeline" ? noSense : "it gives no contributions";
      }
      const width = fitted.schema.columns.length;
      const all = await contributions(world.testFrame);
      if (all.length !== width * world.testFrame.rowCount) return `there are ${all.length} of them`;
      const wrong = all.findIndex((value) => !Number.isFinite(value));
      if (wrong >= 0) return `row ${Math.floor(wrong / width)} has the reason ${all[wrong]}`;
      const some = await contributions(world.testFrame.view(100, 200));
      return sameScores(all.slice(100 * width, 200 * width), some);
    },
  },
  {
    name: "the column that was tampered with is the reason",
    applies: detects,
    run: async ({ world, model }) => {
      const fitted = await model();
      const contributions = reasonsOf(fitted);
      if (contributions === undefined) return noSense;
      const genuine = world.testFrame.view(0, PLANTED);
      const values = new Float64Array(PLANTED).fill(FAR);
      const tampered = new Frame(
        genuine.columns.map((column) =>
          column.name === "noise" ? numberColumn("noise", values) : column,
        ),
      );
      const [before, after] = [await contributions(genuine), await contributions(tampered)];
      const width = fitted.schema.columns.length;
      const place = fitted.schema.columns.findIndex(({ name }) => name === "noise");
      let right = 0;
      for (let row = 0; row < PLANTED; row++) {
        const more = after
          .subarray(row * width, (row + 1) * width)
          .map((value, j) => value - before[row * width + j]!);
        if (more.every((value, j) => j === place || value < more[place]!)) right += 1;
      }
      return right > PLANTED / 2 ? undefined : `it is in ${right} of ${PLANTED} rows only`;
    },
  },
];
