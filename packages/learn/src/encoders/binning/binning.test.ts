import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Pacer, RandomStream } from "../../foundation/index.js";
import { categoryColumn, Frame, numberColumn } from "../../frame/index.js";
import { openSession } from "../../kernels/index.js";
import { quantileBounds } from "./bounds.js";
import { binOfNumber, categoryBins } from "./column-bins.js";
import { findBins } from "./find-bins.js";
import { allocateBins, writeBins } from "./write-bins.js";

const pacer = () => new Pacer(undefined, "testing");

const anyDouble = fc.oneof(
  fc.double({ noNaN: true }),
  fc.integer({ min: -5, max: 5 }),
  fc.constantFrom(0, -0, Number.MIN_VALUE, 1e308, -1e308, Infinity, -Infinity),
);

describe("borders between bins", () => {
  it("keep order, lie between values, and make no empty bin", () => {
    fc.assert(
      fc.property(
        fc.array(anyDouble, { maxLength: 200 }),
        fc.integer({ min: 2, max: 20 }),
        (values, mostBins) => {
          const sorted = Float64Array.from(values).sort();
          const bounds = quantileBounds(sorted, mostBins);
          const distinct = new Set(sorted).size;
          expect(bounds.length).toBeLessThan(Math.max(mostBins, 1));
          if (distinct <= mostBins) expect(bounds.length).toBe(Math.max(distinct - 1, 0));
          const seen = new Set(Array.from(sorted, (value) => binOfNumber(bounds, value)));
          expect(seen.size).toBe(sorted.length === 0 ? 0 : bounds.length + 1);
        },
      ),
    );
  });

  it("share out values about evenly, and give a frequent value a bin nearly its own", () => {
    const random = new RandomStream(1, "even");
    const values = Float64Array.from({ length: 5000 }, (_, k) =>
      k < 2000 ? 0.5 : random.uniform(),
    );
    const bounds = quantileBounds(values.sort(), 31);
    const counts = new Float64Array(33);
    for (const value of values) counts[binOfNumber(bounds, value)]! += 1;
    // A bin that is less than half full is closed by nothing, and shares the frequent one's.
    expect(Math.max(...counts)).toBeLessThan(2000 + 3000 / 30 / 2);
    expect(Math.max(...counts.filter((count) => count < 2000))).toBeLessThan(250);
  });
});

describe("bins of categories", () => {
  it("are the frequent ones' own, and one for the others", () => {
    const texts = ["a", "b", "b", "c", "c", "c", null, "d"];
    const { binOf, binCount } = categoryBins(categoryColumn("x", texts), 3);
    expect([...binOf]).toEqual([3, 2, 1, 3]);
    expect(binCount).toBe(4);
  });
});

describe("a table in bins", () => {
  const random = new RandomStream(2, "table");
  const draw = () =>
    Float64Array.from({ length: 700 }, () =>
      random.uniform() < 0.1 ? Number.NaN : Math.round(random.normal() * 400) / 8,
    );
  const wide = draw();
  const narrow = Float32Array.from(draw());
  const texts = Array.from(wide, (value) => (value > 0 ? "up" : value < 0 ? "down" : null));
  const frame = new Frame([
    numberColumn("wide", wide),
    categoryColumn("side", texts),
    numberColumn("narrow", narrow),
  ]);

  it.each([0, 1e12])("equals the plain search, by column and by row (steps %i)", async (steps) => {
    const session = await openSession({ doing: "testing", threads: 2, steps });
    const work = { session, pacer: pacer() };
    const bins = await findBins(frame, { maxBins: 255, seed: 0 }, work);
    const layout = allocateBins(session, frame.rowCount, 3);
    await writeBins(frame, bins, layout, work);
    const columns = session.arena.bytes(layout.columns, 3 * layout.columnGap);
    const rows = session.arena.bytes(layout.rows, 700 * layout.stride);
    for (const [k, values] of [
      [0, wide],
      [2, narrow],
    ] as const) {
      const known = Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort();
      const bounds = quantileBounds(known, 255);
      expect(bins[k]).toEqual({ kind: "number", bounds, binCount: bounds.length + 2 });
      const expected = Uint8Array.from(values, (value) => binOfNumber(bounds, value));
      expect(columns.slice(k * layout.columnGap, k * layout.columnGap + 700)).toEqual(expected);
      expect(rows.filter((_, i) => i % layout.stride === k)).toEqual(expected);
    }
    const side = rows.filter((_, i) => i % layout.stride === 1);
    expect(new Set(side)).toEqual(new Set([0, 1, 2]));
    session.close();
  });

  it("takes borders from a sample of a long table", async () => {
    const values = Float64Array.from({ length: 250_000 }, (_, k) => k);
    const session = await openSession({ doing: "testing", threads: 1, steps: 0 });
    const long = new Frame([numberColumn("k", values)]);
    const [bins] = await findBins(long, { maxBins: 10, seed: 3 }, { session, pacer: pacer() });
    if (bins?.kind !== "number") throw new Error("It is a column of numbers.");
    expect(bins.bounds.length).toBe(9);
    for (const [k, bound] of bins.bounds.entries()) {
      expect(Math.abs(bound - 25_000 * (k + 1))).toBeLessThan(100);
    }
    session.close();
  });
});
