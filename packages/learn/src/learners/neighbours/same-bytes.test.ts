import { builtLibrary, describeSameBytes } from "../same-bytes.fixture.js";

/** Detectors that work in kernels, on fresh threads: models and scores. */
const script = `
import { createHash } from "node:crypto";
const learn = await import(${builtLibrary});
const random = new learn.RandomStream(7, "same bytes");
const columns = Array.from({ length: 6 }, () =>
  Float64Array.from({ length: 3000 }, () => random.normal()));
const frame = () =>
  new learn.Frame(columns.map((values, k) => learn.numberColumn("c" + k, values)));
const long = () => new learn.Frame(columns.slice(0, 3).map((values, k) =>
  learn.numberColumn("c" + k, Float64Array.from({ length: 13000 }, (_, i) => values[i % 3000]))));
const prints = [];
for (const threads of [2, 4, 1]) {
  const hash = createHash("sha256");
  for (const learner of [learn.localOutlierFactor, learn.neighbourDistance]) {
    const model = await learner.fit(frame(), undefined, {}, { threads });
    hash.update(learn.writeModel(model));
    hash.update(await model.leaveOneOut(frame(), { threads }));
    hash.update(await model.contributions(frame().view(0, 2000), { threads }));
  }
  for (const learner of [learn.isolationForest, learn.extendedIsolationForest]) {
    const forest = await learner.fit(long(), undefined, {}, { threads });
    hash.update(learn.writeModel(forest));
    hash.update(await forest.predict(long(), { threads }));
  }
  for (const [learner, options] of [
    [learn.oneClassSvm, { sampleSize: 1000 }],
    [learn.fastMcd, { starts: 10 }],
    [learn.gaussianMixture, { starts: 1, rounds: 5 }],
  ]) {
    const model = await learner.fit(frame(), undefined, options, { threads });
    hash.update(learn.writeModel(model));
    hash.update(await model.predict(frame(), { threads }));
  }
  prints.push(hash.digest("hex"));
}
console.log(JSON.stringify(prints));
`;

/** One for all threads, tiers and versions of Node; changes only with what is computed. */
const PRINT = "e992416a889139dec9c8c80c5b8ba8aa473d857beb1ee2c512d265a501d222ae";

describeSameBytes("detectors give the same bytes on 1, 2 and 4 threads", script, PRINT);
