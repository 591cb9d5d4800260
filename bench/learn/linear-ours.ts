/** Our side of the linear benchmark: `linear-ours.ts DATA ROWS COLUMNS`; see side.ts. */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Frame, logistic, numberColumn } from "@refrain/learn";

const [path, rowText, columnText] = process.argv.slice(2);
const rows = Number(rowText);
const width = Number(columnText);
const file = readFileSync(path!);
const data = new Float64Array(file.buffer, file.byteOffset, rows * (width + 1));
const column = (place: number): Float64Array => data.subarray(place * rows, (place + 1) * rows);

/** A new table each time, so that no hash is kept from the fit before. */
const frame = (): Frame =>
  new Frame(Array.from({ length: width }, (_, j) => numberColumn(`c${j}`, column(j))));
const train = () => logistic.fit(frame(), column(width), { l2: 1, tolerance: 1e-10 });

let model = await train();
for await (const word of createInterface({ input: process.stdin })) {
  if (word === "fit") {
    const started = performance.now();
    model = await train();
    console.log(JSON.stringify({ seconds: (performance.now() - started) / 1000 }));
    continue;
  }
  const coefficients = [...model.coefficients, model.intercept];
  const peakMemoryBytes = process.resourceUsage().maxRSS * 1024;
  console.log(JSON.stringify({ peakMemoryBytes, coefficients, version: process.version }));
  break;
}
