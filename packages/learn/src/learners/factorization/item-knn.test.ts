import { describe, expect, it } from "vitest";
import { log1p, Pacer } from "../../foundation/index.js";
import { type CategoryColumn, frameOf } from "../../frame/index.js";
import { csrOf } from "./csr.js";
import { itemKnn } from "./item-knn.js";
import { tasteWorld } from "./world.fixture.js";

const [USERS, ITEMS, NEIGHBOURS] = [90, 50, 12];
const { frame, weight } = tasteWorld(2, USERS, ITEMS, 1500);

function codes(name: string): Int32Array {
  return (frame.column(name) as CategoryColumn).codes;
}

/** Counts of all pairs under a logarithm, users × items. */
async function dampedTable(): Promise<Float64Array> {
  const entries = { rows: codes("user"), columns: codes("item"), values: weight };
  const counts = await csrOf(entries, [USERS, ITEMS], new Pacer(undefined, "a test"));
  const out = new Float64Array(USERS * ITEMS);
  for (let user = 0; user < USERS; user++) {
    for (let at = counts.starts[user]!; at < counts.starts[user + 1]!; at++) {
      out[user * ITEMS + counts.indices[at]!] = log1p(counts.values[at]!);
    }
  }
  return out;
}

/** Columns of length 1, in floats. */
function unitColumns(table: Float64Array): Float64Array {
  const squares = new Float64Array(ITEMS);
  for (const [at, value] of table.entries()) squares[at % ITEMS]! += value ** 2;
  return table.map((value, at) => Math.fround(value / Math.sqrt(squares[at % ITEMS]! || 1)));
}

describe("item neighbours", () => {
  it("finds the items that are bought together by cosine", async () => {
    const rows = frameOf({ user: ["a", "a", "b", "b", "c"], item: ["x", "y", "x", "y", "x"] });
    const model = await itemKnn.fit(rows, undefined, { damping: "none" });
    expect(model.similarItems("y", 3)).toEqual([{ name: "x", score: expect.closeTo(0.8165, 4) }]);
    expect(model.predictRow({ user: "c", item: "y" })).toBeCloseTo(2 / Math.sqrt(6), 6);
    const bm25 = await itemKnn.fit(rows, undefined, { weighting: "bm25" });
    expect(bm25.similarItems("y", 3)[0]!.score).toBeLessThan(1);
  });

  it("adds up as a plain loop does, to the bit, and keeps the best of it", async () => {
    const model = await itemKnn.fit(frame, undefined, { neighbours: NEIGHBOURS }, { weight });
    const unit = unitColumns(await dampedTable());
    for (let item = 0; item < ITEMS; item++) {
      const sums = new Float64Array(ITEMS);
      for (let user = 0; user < USERS; user++) {
        for (let other = 0; other < ITEMS; other++) {
          sums[other]! += unit[user * ITEMS + item]! * unit[user * ITEMS + other]!;
        }
      }
      const order = [...sums.keys()]
        .filter((other) => other !== item && sums[other]! > 0)
        .sort((a, b) => sums[b]! - sums[a]! || a - b)
        .slice(0, NEIGHBOURS);
      const plain = order.map((other) => ({
        name: `item ${other}`,
        score: Math.fround(sums[other]!),
      }));
      const found = model.similarItems(`item ${item}`, ITEMS);
      expect(new Set(found.map(({ name }) => name))).toEqual(new Set(plain.map((p) => p.name)));
      expect(found.map(({ score }) => score)).toEqual(plain.map(({ score }) => score));
    }
  });

  it("gives the same bytes and lists for any number of threads", async () => {
    const wide = tasteWorld(3, 1500, 500, 30_000);
    const fit = async (threads: number) => {
      const given = { weight: wide.weight, threads };
      const model = await itemKnn.fit(wide.frame, undefined, { neighbours: 40 }, given);
      const { items, scores } = await model.recommend("all", 7, { threads });
      const { nearStarts, nearItems, nearValues } = model.state().tensors;
      return [nearStarts, nearItems, nearValues, { values: items }, { values: scores }];
    };
    const alone = await fit(1);
    for (const threads of [2, 4]) {
      for (const [place, found] of (await fit(threads)).entries()) {
        const expected = alone[place]!.values;
        expect(found!.values.length).toBe(expected.length);
        expect(found!.values.every((value, at) => Object.is(value, expected[at]))).toBe(true);
      }
    }
  });

  it("leaves out what it is told, and gives only what it may", async () => {
    const model = await itemKnn.fit(frame, undefined, {}, { weight });
    const only = ["item 9", "item 3", "item 21"];
    const found = await model.recommend(["user 4", "user 7"], 5, { exclude: "none", only });
    for (const item of found.items) {
      if (item >= 0) expect(only).toContain(model.items[item]);
    }
    expect(found.items[3]).toBe(-1);
    const { starts, indices } = model.seen;
    const all = await model.recommend(Int32Array.of(7, 4), 50);
    const own = all.items.subarray(0, 50).filter((item) => item >= 0);
    const seen = indices.subarray(starts[7], starts[8]);
    expect(own.length).toBeGreaterThan(10);
    expect(own.some((item) => seen.includes(item))).toBe(false);
  });
});
