/** Our side of the forest benchmark: `forest-ours.ts DATA ROWS COLUMNS JSON`; see forest.ts. */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Frame, numberColumn, randomForest, rocAuc } from "@refrain/learn";
import type { ForestSettings } from "./forest.js";

const [path, rowText, columnText, settingsText] = process.argv.slice(2);
const { trainingRows, minSamplesLeaf, trees, threads } = JSON.parse(
  settingsText!,
) as ForestSettings;
const rows = Number(rowText);
const width = Number(columnText);
const file = readFileSync(path!);
const data = new Float64Array(file.buffer, file.byteOffset, rows * (width + 1));
const column = (place: number): Float64Array => data.subarray(place * rows, (place + 1) * rows);
const target = column(width);

/** A new table each time, so that no hash is kept from the fit before. */
const frame = (): Frame =>
  new Frame(Array.from({ length: width }, (_, j) => numberColumn(`c${j}`, column(j))));
// The peer judges no rows out of bag either.
const train = (most: number) =>
  randomForest.fit(
    frame().view(0, trainingRows),
    target.subarray(0, trainingRows),
    { trees: most, minSamplesLeaf, outOfBag: false },
    { threads },
  );

let model = await train(2);
for await (const word of createInterface({ input: process.stdin })) {
  if (word === "fit") {
    const started = performance.now();
    model = await train(trees);
    console.log(JSON.stringify({ seconds: (performance.now() - started) / 1000 }));
    continue;
  }
  const peakMemoryBytes = process.resourceUsage().maxRSS * 1024;
  const scores = await model.predict(frame().view(trainingRows));
  const auc = rocAuc(target.subarray(trainingRows), scores);
  console.log(JSON.stringify({ peakMemoryBytes, auc, version: process.version }));
  break;
}
