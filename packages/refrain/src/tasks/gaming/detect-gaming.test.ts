import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { detectGaming } from "./detect-gaming.js";
import { usageFolder, usageLines } from "./usage.fixture.js";

const { write } = usageFolder();

async function files() {
  return {
    train: [await write("day.csv", usageLines(1500, { seed: 1 }))],
    validation: [await write("marked.csv", usageLines(900, { seed: 2, marked: true }))],
    test: [await write("kept.csv", usageLines(600, { seed: 3, marked: true }))],
  };
}

describe("detectGaming", { timeout: 60_000 }, () => {
  it("chooses on validation rows, lists whom to look at, and writes page and sample", async () => {
    const given = await files();
    const audit = given.train[0]!.replace("day", "audit");
    const html = given.train[0]!.replace("day.csv", "page.html");
    const found = await detectGaming({ ...given, html, audit, auditSize: 40, resamples: 20 });
    expect(found.methods.map(({ name }) => name)).toContain("isolation-forest");
    expect(found.test!.f1).toBeGreaterThan(0.9);
    expect(found.queue[0]!.reasons[0]!.text).toMatch(/plays/);
    expect(found.queue[0]!.pValue).toBeLessThan(0.01);
    const { alarms, strata } = found.alarms;
    expect(strata.reduce((sum, one) => sum + one.alarms, 0)).toBe(alarms);
    const page = await readFile(html, "utf8");
    expect(page.indexOf("Whom to look at first")).toBeLessThan(page.indexOf("How far to trust it"));
    const [head, ...rows] = (await readFile(audit, "utf8")).trim().split("\n");
    expect(rows).toHaveLength(40);
    // Somebody looks, and finds every second one to cheat.
    const marked = [head!, ...rows.map((row, at) => `${row}${at % 2}`)];
    const audited = [await write("audited.csv", marked)];
    const again = await detectGaming({ ...given, audited, method: "gaussian", resamples: 20 });
    const looked = again.audit!.alarms.looked + again.audit!.others.looked;
    expect(looked).toBe(40);
    expect(again.audit!.others.low).toBeGreaterThan(0);
    const stranger = [await write("stranger.csv", [head!, "nobody,1,2,1,1,1,1"])];
    await expect(detectGaming({ ...given, audited: stranger })).rejects.toMatchObject({
      code: "AUDIT_STRANGERS",
    });
  });

  it("names accounts in lockstep with their days, where file names tell of several", async () => {
    const train: string[] = [];
    for (const [day, plays] of [700, 1500, 1000, 2100].entries()) {
      const lines = usageLines(300, { seed: 10 + day });
      const pair = ["left", "right"].map((user, more) => {
        return [user, plays, plays, 0.6 * plays + more, 0.1 * plays, 0.8 * plays].join(",");
      });
      train.push(await write(`usage-2020010${1 + day}.csv`, [...lines, ...pair]));
    }
    const html = train[0]!.replace("usage-20200101.csv", "days.html");
    const { farms } = await detectGaming({ train, html, budget: 30, resamples: 20 });
    const days = [1, 2, 3, 4].map((day) => `2020-01-0${day}`);
    expect(farms).toEqual([expect.objectContaining({ users: ["left", "right"], days })]);
    expect(await readFile(html, "utf8")).toContain("4, from 2020-01-01 to 2020-01-04");
    const one = await detectGaming({ train: train.slice(0, 1), budget: 30, resamples: 20 });
    expect(one.farms).toEqual([]);
  });

  it("gives the same for the same seed, whatever the threads", async () => {
    const given = await files();
    const run = async (threads: number) => {
      const found = await detectGaming({ ...given, limits: { threads }, resamples: 20 });
      return JSON.stringify({
        ...found,
        seconds: 0,
        methods: found.methods.map((one) => ({ ...one, seconds: 0 })),
      });
    };
    expect(await run(1)).toBe(await run(2));
  });

  it("cuts by a budget or a rate of false discoveries, and without marks by a budget", async () => {
    const given = await files();
    const budget = await detectGaming({ train: given.train, budget: 12 });
    expect(budget.method).toBe("gaussian");
    expect(budget.queue.length).toBeLessThanOrEqual(12);
    expect(budget.threshold).toBeNull();
    const { validation, train } = given;
    const rate = await detectGaming({
      train,
      validation,
      falseDiscoveryRate: 0.1,
      method: "logistic",
    });
    expect(rate.alarms.alarms).toBeGreaterThan(20);
    const genuine = rate.validation!.rows - rate.validation!.positives;
    expect(rate.leastAlarms).toBe(Math.ceil(1500 / (0.1 * (genuine + 1))));
  });

  it.each([
    ["METHOD_UNKNOWN", { method: "oracle" }],
    ["EPSILON_NEEDS_GAUSSIAN", { method: "logistic", epsilon: 1e-9 }],
    ["DAY_ONE_USER", { train: ["one.csv"] }],
  ])("says %s", async (code, more) => {
    const one = await write("one.csv", usageLines(1, { seed: 1 }));
    const day = "train" in more ? { train: [one] } : more;
    await expect(detectGaming({ ...(await files()), ...day })).rejects.toMatchObject({ code });
  });

  it("wants marks: CUT_NEEDS_MARKS, LABELS_NEEDED, LABELS_FEW_USERS", async () => {
    const { train } = await files();
    const code = async (options: object) =>
      detectGaming({ train, ...options }).then(
        () => "none",
        (error: { code: string }) => error.code,
      );
    expect(await code({})).toBe("CUT_NEEDS_MARKS");
    expect(await code({ falseDiscoveryRate: 0.1 })).toBe("CUT_NEEDS_MARKS");
    expect(await code({ validation: train })).toBe("LABELS_NEEDED");
    const lines = usageLines(3, { marked: true }).map((line, row) =>
      row === 0 ? line : line.replace(/^\d+/, row < 3 ? "1" : "2").replace(/\d$/, `${row % 2}`),
    );
    const few = [await write("few.csv", lines)];
    expect(await code({ validation: few, method: "logistic" })).toBe("LABELS_FEW_USERS");
  });
});
