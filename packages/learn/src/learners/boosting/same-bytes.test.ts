import { builtLibrary, describeSameBytes } from "../same-bytes.fixture.js";

/** Fresh threads on fresh memory sleep at their meetings: what they hold must outlive it. */
const script = `
import { createHash } from "node:crypto";
const learn = await import(${builtLibrary});
const random = new learn.RandomStream(7, "same bytes");
const draw = () => Float64Array.from({ length: 40000 }, () => random.normal());
const columns = Array.from({ length: 6 }, draw);
const target = columns[0].map((x, i) => (x * columns[1][i] + random.normal() > 0.5 ? 1 : 0));
const prints = [];
for (const threads of [2, 4, 1]) {
  const frame = new learn.Frame(columns.map((values, k) => learn.numberColumn("c" + k, values)));
  const shares = { rowShare: 0.9, columnShare: 0.7 };
  const options = { rounds: 60, patience: 1, maxLeaves: 40, learningRate: 1.5, ...shares };
  const turned = target.map((y) => 1 - y);
  const validation = { frame: frame.view(0, 2000), target: turned.slice(0, 2000) };
  const model = await learn.boosting.fit(frame, target, options, { threads, validation });
  prints.push(createHash("sha256").update(learn.writeModel(model)).digest("hex"));
}
console.log(JSON.stringify(prints));
`;

/** One for all threads, tiers and versions of Node; changes only with what a fit computes. */
const PRINT = "0cf90a73b962c6d0092177fa407d99de4a7f3d29b1d8e9c0b3c079c2bb44e305";

describeSameBytes("a model is the same bytes on 1, 2 and 4 threads", script, PRINT);
