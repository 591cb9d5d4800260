import { describe, expect, it } from "vitest";
import { dateInName, sources, tables } from "./index.js";

const kinds = Object.values(sources).flatMap((source) =>
  source.kinds.map((kind) => ({ source: source.name, kind, title: `${source.name} ${kind.name}` })),
);

describe("every source", () => {
  it("is there by its name", () => {
    expect(Object.keys(sources)).toEqual([
      "musicbox",
      "pozytywka",
      "usage-days",
      "ratings",
      "unity-ads",
      "generic",
    ]);
  });

  it.each(kinds)("$title: goes to tables that there are, of one nature", ({ kind }) => {
    const names = "table" in kind.route ? [kind.route.table] : Object.values(kind.route.tables);
    expect(names.filter((name) => !tables[name])).toEqual([]);
    expect(new Set(names.map((name) => tables[name]?.nature)).size).toBe(1);
    const words = "table" in kind.route ? [] : Object.keys(kind.route.tables);
    expect(words).toEqual(words.map((word) => word.toLowerCase().trim()));
  });

  it.each(kinds)("$title: fills columns of these tables, and each key", ({ kind }) => {
    const names = "table" in kind.route ? [kind.route.table] : Object.values(kind.route.tables);
    const filled = kind.columns.flatMap(({ to }) => (to === undefined ? [] : [to]));
    for (const name of names) {
      const contract = tables[name]!.columns;
      expect(filled.filter((to) => !(to in contract))).toEqual([]);
      const made = ["event_at", "event_date", "timed", "arrived_at"];
      const keys = Object.keys(contract).filter((key) => contract[key]?.required);
      expect(keys.filter((key) => !made.includes(key) && !filled.includes(key))).toEqual([]);
    }
  });

  it.each(kinds)(
    "$title: knows each spelling once, and is recognised by columns it has",
    ({ kind }) => {
      const names = kind.columns.map((column) => column.name);
      expect(new Set(names).size).toBe(names.length);
      expect((kind.recognisedBy ?? []).filter((name) => !names.includes(name))).toEqual([]);
      if (!("table" in kind.route)) expect(names).toContain(kind.route.by);
      if (kind.format === "delimited") expect(kind.delimiters?.length).toBeGreaterThan(0);
    },
  );
});

describe("the date in a file's name", () => {
  it.each([
    ["20170301_play.log", "2017-03-01"],
    ["play-2017-03-01.csv.gz", "2017-03-01"],
    ["2017_03_01.log", "2017-03-01"],
    ["play_20170230.log", undefined],
    ["play_2017-0301.log", undefined],
    ["120170301_play.log", undefined],
    ["play.log", undefined],
  ])("%s → %s", (name, date) => {
    expect(dateInName(name)).toBe(date);
  });
});
