import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ScoringTable, TaskData } from "../evaluation/index.js";
import { ingest, writeVerdicts } from "../lake/index.js";
import { simulate } from "../simulate/index.js";
import { evaluateTask } from "./evaluate-task.js";
import { findTask } from "./task.js";

const limits = { threads: 2, memoryBytes: 3e8 };
const dayMs = 86_400_000;
let folder: string;
let lake: string;
/** Events of the log by user: moment and kind. */
let events: Map<string, { at: number; kind: string }[]>;
let flagged: Set<string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "refrain-tasks-"));
  lake = join(folder, "lake");
  const logs = join(folder, "logs");
  await simulate({ as: "pozytywka", users: 150, days: 100, seed: 5, out: logs, threads: 1 });
  await ingest({ inputs: [logs], source: "pozytywka", lake, limits });
  const lines = (name: string): Record<string, unknown>[] =>
    readFileSync(join(logs, `${name}.jsonl`), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  events = new Map();
  for (const { user_id, timestamp, event_type } of lines("sessions")) {
    const list = events.get(String(user_id)) ?? [];
    list.push({ at: Date.parse(`${timestamp}Z`), kind: String(event_type).toLowerCase() });
    events.set(String(user_id), list);
  }
  const isFlagged = lines("users").filter((user) => user["premium_user"] === true);
  flagged = new Set(isFlagged.map((user) => String(user["user_id"] ?? user["id"])));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const isPurchase = (event: { kind: string }): boolean => /premium|purchase/.test(event.kind);

describe("churn", () => {
  it("learns from users with a play before each cutoff, whether they played after it", async () => {
    const data: TaskData = await findTask("churn").data.learn({
      lake,
      limits,
      options: { outliers: "keep", keepBots: true },
    });
    const [answer] = data.answers;
    const { table, protocol } = answer!;
    expect({ name: answer!.name, protocol }).toEqual({ name: "churn", protocol: "time" });
    expect(data.cutoffs.length).toBeGreaterThan(3);
    const found = new Map(
      table.users.map((user, row) => [
        `${user} ${table.periods!.list[table.periods!.of[row]!]!.name}`,
        table.target[row],
      ]),
    );
    const expected = new Map<string, number>();
    for (const { name, at, labelEnd } of table.periods!.list) {
      for (const [user, all] of events) {
        const plays = all.filter(({ kind }) => kind === "play").map((event) => event.at);
        if (!plays.some((when) => when >= at - 30 * dayMs && when < at)) continue;
        expected.set(
          `${user} ${name}`,
          plays.some((when) => when >= at && when < labelEnd) ? 0 : 1,
        );
      }
    }
    expect(new Map([...found].sort())).toEqual(new Map([...expected].sort()));
  });

  it("scores those who played in the last 30 days of the log", async () => {
    const current: ScoringTable = await findTask("churn").data.current({ lake, limits });
    const [users, cutoffs] = current.keys.map((key) => key.values);
    expect(new Set(cutoffs).size).toBe(1);
    const end = Date.parse(`${cutoffs![0]}T00:00:00Z`);
    const last = Math.max(...[...events.values()].flat().map((event) => event.at));
    expect(end - last).toBeLessThanOrEqual(dayMs);
    expect(users!.length).toBeGreaterThan(20);
    expect(current.features.rowCount).toBe(users!.length);
  });
});

describe("premium", () => {
  it("learns from months before the purchase, and never from the count of purchases", async () => {
    const { answers } = await findTask("premium").data.learn({ lake, limits });
    expect(answers.map(({ name, protocol }) => [name, protocol])).toEqual([
      ["will_buy_premium_next_month", "time"],
      ["premium_user", "user"],
    ]);
    const [next, ever] = answers;
    expect(next!.table.features.names).toHaveLength(25);
    expect(next!.table.features.names).not.toContain("number_of_premium");
    const { table } = next!;
    for (const [row, user] of table.users.entries()) {
      const { at, labelEnd } = table.periods!.list[table.periods!.of[row]!]!;
      const bought = events.get(String(user))!.filter(isPurchase);
      const after = bought.some((event) => event.at >= at && event.at < labelEnd);
      expect([user, table.target[row]]).toEqual([user, after ? 1 : 0]);
      expect(bought.every((event) => event.at >= at)).toBe(true);
    }
    for (const [row, user] of ever!.table.users.entries()) {
      expect(ever!.table.target[row]).toBe(events.get(String(user))!.some(isPurchase) ? 1 : 0);
    }
    expect(next!.dropped["label_unknown"]).toBeGreaterThan(0);
  });

  it("scores users without premium only, in the last whole month", async () => {
    const { keys, note } = await findTask("premium").data.current({ lake, limits });
    const [users, years, months] = keys.map((key) => key.values);
    expect(new Set(years)).toEqual(new Set(["2023"]));
    expect(new Set(months)).toEqual(new Set(["3"]));
    expect(note).toContain("active in 2023-03");
    expect(users!.length).toBeGreaterThan(10);
    for (const user of users!) {
      expect(flagged.has(user)).toBe(false);
      expect(events.get(user)!.some(isPurchase)).toBe(false);
    }
  });
});

const deliveries = join(import.meta.dirname, "../../../../../shared/data/pozytywka");

describe.skipIf(!existsSync(deliveries))(
  "the small deliveries (skipped where ../shared/data is absent)",
  () => {
    it("say that nothing can be estimated, and that one of them leaks", async () => {
      const leaks: Record<string, boolean> = {};
      for (const delivery of ["v1_dirty", "v2_clean", "v2_lowercase"]) {
        const made = join(folder, delivery);
        const inputs = [join(deliveries, delivery)];
        await ingest({ inputs, source: "pozytywka", lake: made, limits });
        const { evaluations } = await evaluateTask({
          task: "premium",
          source: { lake: made },
          limits,
        });
        for (const { best, models } of evaluations) {
          expect(best).toBeNull();
          expect(models.every(({ rocAuc }) => rocAuc.reason?.startsWith("Cannot be"))).toBe(true);
        }
        leaks[delivery] = evaluations.some(({ suspicions }) =>
          suspicions.some(({ message }) => message.includes("advertisements")),
        );
      }
      expect(leaks["v2_lowercase"]).toBe(true);
    }, 120_000);
  },
);

describe("users with a flagged day", () => {
  it("are left out of both tasks by choice, to learn from and to score", async () => {
    const tasks = ["churn", "premium"].map((name) => findTask(name).data);
    const told = { lake, limits, options: { leaveOutFlagged: true } };
    const current = await Promise.all(tasks.map((data) => data.current({ lake, limits })));
    const active = current.map(({ keys }) => new Set(keys[0]?.values));
    const [user] = [...active[0]!].filter((name) => active[1]!.has(name));
    const day = [...events.get(user!)!].find(({ kind }) => kind === "play")!.at;
    await writeVerdicts({
      ...{ lake, detector: "by hand", version: "1" },
      day: new Date(day).toISOString().slice(0, 10),
      judged: [{ user: user!, flagged: true, score: 1, pValue: null, reason: "" }],
    });
    for (const [at, data] of tasks.entries()) {
      const rest = await data.current(told);
      expect([...active[at]!].filter((name) => !rest.keys[0]?.values.includes(name))).toEqual([
        user,
      ]);
      for (const { dropped, table } of (await data.learn(told)).answers) {
        expect(dropped["flagged_plays"]).toBeGreaterThan(0);
        expect(table.users.length).toBeGreaterThan(0);
      }
    }
  });
});
