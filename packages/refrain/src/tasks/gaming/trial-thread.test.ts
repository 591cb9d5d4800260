import { describe, expect, it } from "vitest";
import { crossScores } from "./cross-fit.js";
import { labelledRows, readUsage } from "./data.js";
import { findMethod } from "./methods.js";
import { TrialThread } from "./trial-thread.js";
import { usageFolder, usageLines } from "./usage.fixture.js";

const { write } = usageFolder();
const methods = ["logistic", "spline-logistic"].map((name) => findMethod(name));

async function rows() {
  const lines = usageLines(300, { marked: true, cheats: 0.2 });
  return labelledRows(await readUsage({ files: [await write("marked.csv", lines)] }));
}

describe("TrialThread", () => {
  it("scores as this thread does, and gives what nobody has begun to whoever asks", async () => {
    const marked = await rows();
    const thread = new TrialThread(methods, marked, { seed: 3 });
    const taken = thread.take();
    const { done, left } = await thread.finish();
    await thread.close();
    expect(taken?.name).toBe("spline-logistic");
    expect([left.length, done.length, done[0]!.method.name]).toEqual([0, 1, "logistic"]);
    expect(done[0]!.scores).toEqual(await crossScores(methods[0]!, marked, { seed: 3 }));
  });

  it("leaves what cannot take the data without scores, and all where it is ended", async () => {
    const marked = await rows();
    const one = { ...marked, userCodes: marked.userCodes.map((_, row) => marked.label[row]!) };
    const unfit = new TrialThread(methods.slice(0, 1), one, { seed: 1 });
    expect((await unfit.finish()).done).toMatchObject([{ scores: undefined }]);
    await unfit.close();
    const stop = new AbortController();
    const ended = new TrialThread(methods, marked, { seed: 1, signal: stop.signal });
    stop.abort();
    expect((await ended.finish()).left).toEqual(methods);
  });
});
