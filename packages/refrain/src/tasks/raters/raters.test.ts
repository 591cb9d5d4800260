import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createContest, ratingLines } from "./contest.js";
import { detectRaters } from "./detect-raters.js";
import { estimateOver } from "./estimate.js";
import { evaluateRaters } from "./evaluate-raters.js";
import { ratersEvaluationPage } from "./evaluation-report.js";
import { rankSubmissions } from "./leaderboard.js";
import { crookedPeople, people } from "./rater-world.fixture.js";
import { ratersPage } from "./report.js";

let folder = "";
let ratings = "";
let truth: readonly { user: string; anomalous: number; kind: string; half: number }[] = [];
const file = async (name: string, lines: readonly string[]): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, `${lines.join("\n")}\n`);
  return path;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "raters-"));
  const injected = crookedPeople();
  ratings = await file("ratings.csv", ratingLines(injected.ratings));
  truth = injected.truth.map(({ anomalous, kind = "", half }, user) => {
    return { user: injected.ratings.userIds[user]!, anomalous, kind, half };
  });
});
afterAll(() => rm(folder, { recursive: true }));

describe("detectRaters", () => {
  it("learns from the split train, judges the split test, and gives evidence", async () => {
    const labels = await file("split.csv", [
      "user,anomalous,kind,split",
      ...truth.map(
        ({ user, anomalous, kind, half }) =>
          `${user},${anomalous},${kind},${half === 0 ? "train" : "test"}`,
      ),
    ]);
    const submit = join(folder, "submission.csv");
    const found = await detectRaters({ ratings, labels, submit });
    expect(found.protocol).toBe("learnt from the split train, judged on the split test");
    expect(found.pooled!.prAuc).toBeGreaterThan(0.7);
    expect(found.pooled!.falsePositiveRate).toBeLessThan(0.1);
    expect(Object.keys(found.kinds)).toHaveLength(10);
    expect(found.kinds["bot"]!.prAuc).toBeGreaterThan(0.9);
    expect(found.queue).toHaveLength(found.anomalous);
    expect(found.queue[0]!.reasons).toHaveLength(3);
    expect(found.queue.some(({ accomplices }) => accomplices.length > 0)).toBe(true);
    expect(found.population.duplicates).toBeGreaterThan(0);
    const lines = (await readFile(submit, "utf8")).trim().split("\n");
    expect(lines).toHaveLength(1 + found.users);
    const page = ratersPage(found);
    expect(page.indexOf("Whom to look at")).toBeLessThan(page.indexOf("How far to trust it"));
    expect(page).toContain(found.queue[0]!.user);
  });

  it("finds more than chance without labels, from few, and from anomalous ones alone", async () => {
    const share = truth.filter((one) => one.anomalous === 1).length / truth.length;
    const readings = {
      none: undefined,
      few: [truth[0]!, ...truth.filter((_, at) => at % 8 === 0)].map(
        (one, at) => `${one.user}\t${at === 0 ? 1 - one.anomalous : one.anomalous}`,
      ),
      positives: truth
        .filter((one, at) => one.anomalous === 1 && at % 3 === 0)
        .map((one) => `${one.user} yes`),
    };
    for (const [name, lines] of Object.entries(readings)) {
      const labels = lines && (await file(`${name}.txt`, lines));
      const options = { ratings, budget: 40, ...(labels && { labels }) };
      const found = await detectRaters(options);
      expect(found.anomalous).toBe(40);
      const twice = found.notices.filter((one) => one.includes("labelled in two ways: 1;"));
      expect(twice).toHaveLength(name === "few" ? 1 : 0);
      expect(found.protocol).toContain(name === "none" ? "no labels" : "budgeted union");
      const flagged = new Set(found.queue.map(({ user }) => user));
      const hits = truth.filter((one) => one.anomalous === 1 && flagged.has(one.user)).length;
      expect([name, hits / 40 > 2 * share]).toEqual([name, true]);
    }
  });

  it("gives the same on one thread and on two", async () => {
    const [one, two] = [
      await detectRaters({ ratings, threads: 1 }),
      await detectRaters({ ratings }),
    ];
    expect({ ...one, seconds: 0 }).toEqual({ ...two, seconds: 0 });
  });

  it("says what is wrong with labels and ratings", async () => {
    const refused = async (lines: readonly string[]) =>
      detectRaters({ ratings, labels: await file("bad.csv", lines) });
    const one = truth[0]!.user;
    await expect(refused([`${one},maybe`])).rejects.toMatchObject({ code: "RATER_LABELS_SHAPE" });
    await expect(refused(["user,verdict", `${one},1`])).rejects.toMatchObject({
      ...{ code: "RATER_LABELS_SHAPE", details: { line: 1, text: "user,verdict" } },
    });
    const third = ["user,anomalous,split", `${one},1,train`, `${truth[1]!.user},0,valid`];
    await expect(refused(third)).rejects.toMatchObject({
      ...{ code: "RATER_LABELS_SHAPE", details: { line: 3 } },
    });
    await expect(refused(["user", one])).rejects.toMatchObject({ code: "RATER_LABELS_SHAPE" });
    await expect(refused(["nobody,1"])).rejects.toMatchObject({ code: "RATER_LABELS_STRANGERS" });
    await expect(refused([`${one},0`])).rejects.toMatchObject({ code: "RATER_LABELS_FEW" });
    const [two, three, four] = truth.slice(1).map(({ user }) => user);
    const wide = [`${one},0,`, `${two},1,bot`, `${three},0`, `${four},1,bot,more`];
    await expect(refused(["user,anomalous,kind", ...wide])).rejects.toMatchObject({
      ...{ code: "RATER_LABELS_SHAPE", details: { line: 5 } },
    });
    const lonely = await file("one.csv", ["a,x,1", "a,y,5"]);
    await expect(detectRaters({ ratings: lonely })).rejects.toMatchObject({ code: "RATERS_FEW" });
    const scale = { low: 6, high: 9 };
    const lines = (await readFile(ratings)).toString();
    const timed = lines.split("\n").flatMap((line, at) => (at % 50 === 1 ? [`${line}x`] : []));
    const strayed = await file("stray.csv", [`${one},x,99`, ...timed, lines]);
    const rated = await detectRaters({ ratings: strayed, falseDiscoveryRate: 0.05 });
    expect(rated.notices[0]).toContain("ratings are 99");
    expect(rated.notices.at(-2)).toContain("left out (BAD_NUMBER");
    // Without genuine users to compare with, a rate would be a promise that nothing keeps.
    expect([rated.anomalous, rated.notices.at(-1)]).toEqual([
      0,
      expect.stringMatching("label 300"),
    ]);
    const outside = detectRaters({ ratings, scale });
    await expect(outside).rejects.toMatchObject({ code: "RATINGS_EMPTY" });
  });
});

describe("evaluateRaters", () => {
  it("gives every number a mean over seeds with an interval", async () => {
    const found = await evaluateRaters({
      ...{ base: people(150, 150), seeds: 2, perKindAndHalf: 4, firstStepOnly: true },
    });
    expect(found.pooled.prAuc.value).toBeGreaterThan(0.7);
    expect(found.pooled.prAuc.low).toBeLessThan(found.pooled.prAuc.value!);
    expect(found.anomalous).toBe(80);
    expect(await ratersEvaluationPage(found)).toContain("Kind by kind");
  });

  it("takes Student's interval", () => {
    expect(estimateOver([1, 2, Number.NaN]).low).toBeCloseTo(1.5 - 12.706 * 0.5, 10);
    expect(estimateOver([1])).toEqual({ value: 1, low: null, high: null });
    expect(estimateOver([]).value).toBeNull();
  });
});

describe("contests", () => {
  it("keep truth apart, and rank submissions on public users or, finally, on all", async () => {
    const base = await file("base.csv", ratingLines(people()));
    const out = join(folder, "contest");
    const summary = await createContest({ base, out, seed: 4 });
    expect(summary.anomalous / summary.users).toBeCloseTo(0.066, 2);
    expect(summary.step2).toBeLessThan(summary.step1 / 5);
    const shown = (await readFile(join(out, "step2/labels.csv"), "utf8")).trim().split("\n");
    expect(shown.filter((line) => line.endsWith(",1"))).toHaveLength(1);
    const tiny = await file("tiny.csv", ratingLines(people(40)));
    const small = createContest({ base: tiny, out: join(folder, "small") });
    await expect(small).rejects.toMatchObject({ code: "RATERS_FEW" });
    const hidden = await readFile(join(out, "truth/labels.csv"), "utf8");
    const marks = hidden
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(",").slice(0, 2).join(","));
    const right = await file("right.csv", ["user,anomalous", ...marks]);
    const wrong = await file(
      "wrong.csv",
      marks.map((mark) => `${mark.split(",")[0]},1`),
    );
    const board = { submissions: [wrong, right], contest: out };
    const first = await rankSubmissions(board);
    const final = await rankSubmissions({ ...board, final: true });
    expect(first.users).toBe(summary.public);
    expect(final.users).toBe(summary.test);
    for (const { standings } of [first, final]) {
      expect(standings.map(({ submission }) => submission)).toEqual(["right.csv", "wrong.csv"]);
      expect(standings[0]!.f1).toBe(1);
    }
    const broken = async (lines: readonly string[]) => {
      const submissions = [await file("broken.csv", lines)];
      return rankSubmissions({ submissions, contest: out });
    };
    const code = { code: "SUBMISSION_BROKEN" };
    await expect(broken(marks.slice(9))).rejects.toMatchObject(code);
    await expect(broken([...marks, marks[0]!])).rejects.toMatchObject(code);
    await expect(broken(["stranger,1"])).rejects.toMatchObject(code);
    await expect(broken(["u1,maybe"])).rejects.toMatchObject(code);
    for (const taken of [out, base]) {
      const again = createContest({ base, out: taken });
      await expect(again).rejects.toMatchObject({ code: "CONTEST_EXISTS" });
    }
    const none = rankSubmissions({ submissions: [right], contest: folder });
    await expect(none).rejects.toMatchObject({ code: "CONTEST_BROKEN" });
  });
});
