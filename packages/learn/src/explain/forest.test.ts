import { expect, it } from "vitest";
import { RandomStream } from "../foundation/index.js";
import { categoryColumn, Frame, numberColumn } from "../frame/index.js";
import {
  decisionTree,
  type ForestModel,
  randomForest,
  randomForestMulticlass,
  randomForestRegression,
} from "../learners/index.js";
import { explainTrees } from "./tree-shap.js";

const random = new RandomStream(1, "forest explanations");
const rows = 250;
const a = Float64Array.from({ length: rows }, () => random.normal());
const b = a.map(() => (random.uniform() < 0.2 ? Number.NaN : random.normal()));
const place = Array.from(a, () => `town ${random.below(5)}`);
const frame = new Frame([
  numberColumn("a", a),
  numberColumn("b", b),
  categoryColumn("place", place),
]);
const values = a.map((x, row) => x + (b[row]! || 0) ** 2 + place[row]!.charCodeAt(5) / 4);

/** The explanation of every output sums to what the model predicts. */
async function holds(model: ForestModel): Promise<void> {
  const outputs = model.card.outputs.length;
  const predicted = await model.predict(frame);
  for (let output = 0; output < outputs; output++) {
    const { base, values: told, columns } = await explainTrees(model, frame, { output });
    for (let row = 0; row < rows; row++) {
      const own = told.subarray(row * columns.length, (row + 1) * columns.length);
      const sum = own.reduce((all, value) => all + value, base);
      expect(sum).toBeCloseTo(predicted[row * outputs + output]!, 9);
    }
  }
}

it("sums to what a forest predicts: shares, means, and shares of several classes", async () => {
  const options = { trees: 12, minSamplesLeaf: 3 };
  const classes = values.map((value) => (value > 15 ? 2 : value > 14 ? 1 : 0));
  const two = classes.map((value) => Math.min(value, 1));
  await holds(await randomForest.fit(frame, two, options));
  await holds(await decisionTree.fit(frame, two));
  await holds(await randomForestRegression.fit(frame, values, options));
  const several = await randomForestMulticlass.fit(frame, classes, options);
  expect(new Set(classes).size).toBe(3);
  await holds(several);
  await holds(randomForestMulticlass.restore(several.card, several.state()));
});
