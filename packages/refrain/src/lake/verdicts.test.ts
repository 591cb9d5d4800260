import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "./engine.js";
import { openDuckDb } from "./engines/duckdb.js";
import { botDetector, registerBotVerdicts } from "./verdicts.js";

let engine: Engine;
beforeEach(async () => {
  engine = await openDuckDb({ threads: 2, memoryBytes: 200e6 });
});
afterEach(() => engine.close());

type Play = readonly [user: string, at: string, arrived: string, seconds: number | null];

async function verdicts(plays: readonly Play[]) {
  const rows = plays.map(
    ([user, at, arrived, seconds]) =>
      `('${user}', TIMESTAMP '${at}', TIMESTAMP '${arrived}', CAST(${seconds} AS DOUBLE))`,
  );
  await engine.run(
    `CREATE OR REPLACE VIEW "play" AS SELECT * FROM (VALUES ${rows.join(", ")})
      v("user_id", "event_at", "arrived_at", "play_seconds")`,
  );
  await registerBotVerdicts(engine);
  return engine.rows(`SELECT * FROM "bot_day" ORDER BY "user_id", "event_date"`);
}

describe("bot verdicts", () => {
  it("name days of more than 24 h, each with its play and the detector", async () => {
    expect(
      await verdicts([
        ["bot", "2017-03-01 00:00:00", "2017-03-02 00:00:00", 86_000],
        ["bot", "2017-03-01 10:00:00", "2017-03-02 00:00:00", 400.001],
        ["even", "2017-03-01 00:00:00", "2017-03-02 00:00:00", 86_000],
        ["even", "2017-03-01 00:00:00", "2017-03-02 00:00:00", 400],
        ["over two days", "2017-03-01 00:00:00", "2017-03-02 00:00:00", 80_000],
        ["over two days", "2017-03-02 00:00:00", "2017-03-03 00:00:00", 80_000],
      ]),
    ).toEqual([
      {
        user_id: "bot",
        event_date: "2017-03-01",
        play_ms: 86_400_001,
        known_at: "2017-03-02T00:00:00",
        detector: botDetector,
      },
    ]);
  });

  it("are known from when more than 24 h had arrived, whatever arrives later", async () => {
    const first: Play[] = [
      ["bot", "2017-03-01 00:00:00", "2017-03-02 00:00:00", 50_000],
      ["bot", "2017-03-01 00:00:00", "2017-03-05 00:00:00", 50_000],
    ];
    const late: Play = ["bot", "2017-03-01 00:00:00", "2017-04-01 00:00:00", 70_000];
    expect(await verdicts(first)).toMatchObject([{ known_at: "2017-03-05T00:00:00" }]);
    expect(await verdicts([late, ...first])).toMatchObject([
      { known_at: "2017-03-05T00:00:00", play_ms: 170_000_000 },
    ]);
  });

  it("rest on plays that can be: nothing missing, negative, or longer than a day", async () => {
    expect(
      await verdicts([
        ["shifted", "2017-03-01 00:00:00", "2017-03-02 00:00:00", 20_170_301],
        ["shifted", "2017-03-01 00:00:00", "2017-03-02 00:00:00", -90_000],
        ["shifted", "2017-03-01 00:00:00", "2017-03-02 00:00:00", null],
      ]),
    ).toEqual([]);
  });
});
