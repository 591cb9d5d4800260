import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDuckDb } from "./duckdb.js";

describe.each([false, true])("openDuckDb, beside other work: %s", (besideWork) => {
  it("returns plain rows: ISO times, safe integers as numbers, lists, nulls", async () => {
    const engine = await openDuckDb({ threads: 1 }, { besideWork });
    const [row] = await engine.rows(
      `SELECT TIMESTAMP '2017-03-01 10:00:00' AS "at", DATE '2017-03-01' AS "day", 5::BIGINT AS "n",
        9223372036854775807 AS "big", 1.5::DECIMAL(9,2) AS "d", ['a','b'] AS "list",
        NULL AS "none"`,
    );
    expect(row).toEqual({
      at: "2017-03-01T10:00:00",
      day: "2017-03-01",
      n: 5,
      big: 9223372036854775807n,
      d: 1.5,
      list: ["a", "b"],
      none: null,
    });
    engine.close();
  });

  it("binds values by name, texts that look like SQL included", async () => {
    const engine = await openDuckDb({ threads: 1 }, { besideWork });
    const rows = await engine.rows('SELECT $a AS "a", len($list) AS "n"', {
      a: "'; DROP TABLE x; --",
      list: ["p", "q"],
    });
    expect(rows).toEqual([{ a: "'; DROP TABLE x; --", n: 2 }]);
    engine.close();
  });

  it("returns columns as typed arrays over many chunks, missing = NaN or null", async () => {
    const engine = await openDuckDb({ threads: 2 }, { besideWork });
    const [numbers, texts] = await engine.columns(
      `SELECT CASE WHEN i % 2 = 0 THEN i END AS "n", CASE WHEN i % 3 = 0 THEN 't' || i END AS "t"
       FROM range(5000) r(i) ORDER BY i`,
    );
    expect(numbers).toMatchObject({ name: "n", kind: "number" });
    expect(numbers?.values[4998]).toBe(4998);
    expect(numbers?.values[4999]).toBeNaN();
    expect(texts?.values[4998]).toBe("t4998");
    expect(texts?.values[4999]).toBeNull();
    engine.close();
  });

  it("says SQL_FAILED with the statement, and MEMORY_EXCEEDED for too much", async () => {
    const engine = await openDuckDb({ threads: 1, memoryBytes: 16e6 }, { besideWork });
    await expect(engine.run("SELEC 1")).rejects.toMatchObject({
      code: "SQL_FAILED",
      details: { sql: "SELEC 1" },
    });
    const greedy = engine.rows("SELECT list(i) FROM range(50000000) r(i)");
    await expect(greedy).rejects.toMatchObject({ code: "MEMORY_EXCEEDED", exitCode: 3 });
    engine.close();
  });

  it("tells how far a statement is, and stops it", async () => {
    const engine = await openDuckDb({ threads: 2 }, { besideWork });
    // The engine tells nothing of a statement that it looked at before its source was open.
    let told: number | undefined;
    for (let attempt = 0; attempt < 10 && told === undefined; attempt++) {
      const long = engine.rows("SELECT sum(hash(i) % 7) FROM range(100000000000) r(i)");
      const stopped = expect(long).rejects.toThrow("Interrupted");
      await new Promise((resolve) => setTimeout(resolve, 100));
      told = engine.progress?.();
      engine.interrupt();
      await stopped;
    }
    expect(told).toBeGreaterThanOrEqual(0);
    expect(await engine.rows("SELECT 1 AS x")).toEqual([{ x: 1 }]);
    engine.close();
  });

  it("leaves no temporary folder behind", async () => {
    const tempDirectory = await mkdtemp(join(tmpdir(), "engine-"));
    const engine = await openDuckDb({ threads: 1, tempDirectory }, { besideWork });
    engine.close();
    await expect.poll(() => readdir(tempDirectory), { timeout: 20_000 }).toEqual([]);
  });
});
