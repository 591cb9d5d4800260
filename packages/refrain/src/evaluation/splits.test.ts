import { frameOf } from "@refrain/learn";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { innerUserFolds, rollingOrigin, splitKinds, splitTable } from "./splits.js";
import { type CheckedTable, checkTable } from "./table.js";

const dayMs = 86_400_000;

/** Tables of 30 to 80 rows over up to 12 users and four periods a week apart. */
const tables = fc
  .record({
    rows: fc.array(fc.record({ user: fc.nat(11), period: fc.nat(3), yes: fc.boolean() }), {
      minLength: 30,
      maxLength: 80,
    }),
    labelDays: fc.integer({ min: 0, max: 20 }),
  })
  .map(
    ({ rows, labelDays }): CheckedTable =>
      checkTable({
        features: frameOf({ x: rows.map((_, row) => row) }),
        target: Float64Array.from(rows, (row) => (row.yes ? 1 : 0)),
        users: rows.map((row) => `user ${row.user}`),
        periods: {
          list: [0, 1, 2, 3].map((week) => ({
            name: `week ${week}`,
            at: week * 7 * dayMs,
            labelEnd: (week * 7 + labelDays) * dayMs,
          })),
          of: Int32Array.from(rows, (row) => row.period),
        },
      }),
  )
  .filter((table) => new Set(table.periods?.of).size > 1 && new Set(table.userCodes).size >= 5);

describe("splits", () => {
  it("never put a row on both sides", () => {
    fc.assert(
      fc.property(tables, fc.constantFrom(...splitKinds), fc.nat(), (table, kind, seed) => {
        for (const fold of splitTable(table, kind, { seed }).folds) {
          const train = new Set(fold.train);
          expect(fold.test.some((row) => train.has(row))).toBe(false);
        }
      }),
    );
  });

  it("by time learn only from answers known before the test, and count what they leave out", () => {
    fc.assert(
      fc.property(tables, fc.nat(5), (table, gapDays) => {
        const { list, of } = table.periods!;
        const { folds } = splitTable(table, "time", { gapMs: gapDays * dayMs });
        const fold = folds[0]!;
        const tested = list[of[fold.test[0]!]!]!;
        for (const row of fold.train) {
          expect(list[of[row]!]!.labelEnd + gapDays * dayMs).toBeLessThanOrEqual(tested.at);
        }
        expect(fold.train.length + fold.test.length + fold.purged).toBe(table.rowCount);
      }),
    );
  });

  it("by user, and by time and user, share no user", () => {
    fc.assert(
      fc.property(tables, fc.constantFrom("user", "time-and-user"), (table, kind) => {
        for (const fold of splitTable(table, kind as "user").folds) {
          const known = new Set(Array.from(fold.train, (row) => table.userCodes[row]));
          expect(fold.test.some((row) => known.has(table.userCodes[row]))).toBe(false);
        }
      }),
    );
  });

  it("tested fold by fold test every row once", () => {
    fc.assert(
      fc.property(tables, fc.constantFrom("user", "row"), (table, kind) => {
        const { folds } = splitTable(table, kind as "user", { folds: 5, testedFolds: 5 });
        const tested = folds.flatMap((fold) => [...fold.test]).sort((a, b) => a - b);
        expect(tested).toEqual(Array.from({ length: table.rowCount }, (_, row) => row));
      }),
    );
  });

  it("repeated test every row once a repeat, dealt anew each time", () => {
    fc.assert(
      fc.property(tables, fc.constantFrom("user", "row"), (table, kind) => {
        const options = { folds: 5, testedFolds: 5, repeats: 2 };
        const { folds } = splitTable(table, kind as "user", options);
        expect(folds.map((fold) => fold.name)).toHaveLength(10);
        expect(new Set(folds.map((fold) => fold.name)).size).toBe(10);
        const halves = [folds.slice(0, 5), folds.slice(5)].map((half) =>
          half.flatMap((fold) => [...fold.test]),
        );
        for (const half of halves) expect(new Set(half).size).toBe(table.rowCount);
        for (const half of halves) expect(half).toHaveLength(table.rowCount);
        if (new Set(table.userCodes).size > 8) expect(halves[0]).not.toEqual(halves[1]);
      }),
    );
  });

  it("choose inside the training side only", () => {
    fc.assert(
      fc.property(tables, (table) => {
        const { train } = splitTable(table, "time").folds[0]!;
        const allowed = new Set(train);
        const { list, of } = table.periods!;
        for (const fold of rollingOrigin(table, train)) {
          const tested = list[of[fold.test[0]!]!]!;
          for (const row of [...fold.train, ...fold.test]) expect(allowed.has(row)).toBe(true);
          for (const row of fold.train) {
            expect(list[of[row]!]!.labelEnd).toBeLessThanOrEqual(tested.at);
          }
        }
        const users = new Set(Array.from(train, (row) => table.userCodes[row]));
        if (users.size < 5) return;
        for (const fold of innerUserFolds(table, train)) {
          for (const row of [...fold.train, ...fold.test]) expect(allowed.has(row)).toBe(true);
        }
      }),
    );
  });

  it("leave nothing to learn from where there is one period or one user", () => {
    const table = checkTable({
      features: frameOf({ x: [1, 2] }),
      target: Float64Array.of(0, 1),
      users: ["a", "a"],
      periods: { list: [{ name: "p", at: 0, labelEnd: 1 }], of: Int32Array.of(0, 0) },
    });
    for (const kind of ["time", "user", "time-and-user"] as const) {
      expect(splitTable(table, kind).folds.map((fold) => fold.train.length)).toEqual([0]);
    }
  });

  it("refuse a split by time where there is none: PROTOCOL_UNKNOWN", () => {
    const table = checkTable({
      features: frameOf({ x: [1, 2] }),
      target: Float64Array.of(0, 1),
      users: ["a", "b"],
    });
    expect(() => splitTable(table, "time")).toThrow(
      expect.objectContaining({ code: "PROTOCOL_UNKNOWN" }),
    );
  });
});

describe("a table", () => {
  const good = {
    features: frameOf({ x: [1, 2] }),
    target: Float64Array.of(0, 1),
    users: ["a", "b"],
  };

  it.each([
    ["a target for each row", { ...good, target: Float64Array.of(0) }],
    ["targets of 0 and 1", { ...good, target: Float64Array.of(0, Number.NaN) }],
    ["a user for each row", { ...good, users: ["a"] }],
    ["a feature", { ...good, features: frameOf({ x: [1, 2] }).drop(["x"]) }],
    ["a period for each row", { ...good, periods: { list: [], of: Int32Array.of(0, 0) } }],
    [
      "label windows that end after they begin",
      { ...good, periods: { list: [{ name: "p", at: 2, labelEnd: 1 }], of: Int32Array.of(0, 0) } },
    ],
    ["true probabilities", { ...good, truth: Float64Array.of(0.5, 1.5) }],
  ])("needs %s: EVALUATION_TABLE", (_, table) => {
    expect(() => checkTable(table)).toThrow(expect.objectContaining({ code: "EVALUATION_TABLE" }));
  });
});
