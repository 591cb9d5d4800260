import { describe, expect, it } from "vitest";
import { Pacer, RandomStream } from "../../foundation/index.js";
import { nearestRows, roomFor } from "./nearest.js";
import { type ColumnRows, indexColumns, indexRows } from "./row-index.js";
import { searchRows } from "./search.js";
import { searchOwn } from "./search-own.js";

const random = new RandomStream(5, "search test");
const pacer = new Pacer(undefined, "testing");

type Draw = () => number;

const normal: Draw = () => random.normal();
const laws: Readonly<Record<string, Draw>> = {
  normal,
  "far from 0": () => 1e9 + random.normal(),
  "with long tails": () => Math.exp(4 * random.normal()),
  "of few whole numbers": () => random.below(3),
  "mostly 0": () => (random.below(10) === 0 ? random.normal() : 0),
  "with some beyond all others": () => (random.below(300) === 0 ? 1e140 : 1) * random.normal(),
  "as small as numbers get": () => random.below(50) * Number.MIN_VALUE,
};

function draw(law: Draw, rowCount: number, width: number): ColumnRows {
  const columns = Array.from({ length: width }, () => Float64Array.from({ length: rowCount }, law));
  return { columns, rowCount };
}

interface Table {
  readonly squares: Float64Array;
  readonly numbers: Int32Array;
}

/** Neighbours of all rows, by the kernels. */
async function searched(
  index: Awaited<ReturnType<typeof indexRows>>,
  sought: ColumnRows,
  most: number,
  threads: number,
): Promise<Table> {
  const out = {
    squares: new Float64Array(sought.rowCount * most),
    numbers: new Int32Array(sought.rowCount * most),
  };
  let done = 0;
  await searchRows({
    index,
    sought,
    most,
    doing: "testing",
    threads,
    pacer,
    take: (row, squares, numbers, at) => {
      out.squares.set(squares.subarray(at, at + most), row * most);
      out.numbers.set(numbers.subarray(at, at + most), row * most);
    },
    onRows: (rows) => {
      done = rows;
    },
  });
  expect(done).toBe(sought.rowCount);
  return out;
}

function walked(
  index: Awaited<ReturnType<typeof indexRows>>,
  sought: ColumnRows,
  most: number,
): Table {
  const squares: number[] = [];
  const numbers: number[] = [];
  const room = roomFor(most);
  for (let row = 0; row < sought.rowCount; row++) {
    nearestRows(
      index,
      Float64Array.from(sought.columns, (values) => values[row]!),
      room,
    );
    squares.push(...room.squares);
    numbers.push(...room.numbers);
  }
  return { squares: Float64Array.from(squares), numbers: Int32Array.from(numbers) };
}

describe("the kernels find what plain arithmetic finds, to the bit", () => {
  it.each(Object.entries(laws))("among rows %s", async (_, law) => {
    const index = await indexRows(draw(law, 1700, 5), undefined, pacer);
    const strangers = draw(law, 300, 5);
    const more = draw(() => 3 * normal(), 20, 5);
    const columns = strangers.columns.map((own, j) => Float64Array.of(...own, ...more.columns[j]!));
    const sought = { columns, rowCount: 320 };
    expect(await searched(index, sought, 7, 1)).toEqual(walked(index, sought, 7));
  });

  it.each([
    [1, 2100, 1000, 3],
    [2, 1500, 700, 60],
    [17, 900, 150, 1],
    [40, 300, 170, 5],
    [40, 49, 1100, 49],
  ])("in %i columns of %i rows, for %i others, %i each", async (width, points, rows, most) => {
    const index = await indexRows(draw(normal, points, width), undefined, pacer);
    const sought = draw(normal, rows, width);
    expect(await searched(index, sought, most, 1)).toEqual(walked(index, sought, most));
  });

  it("on any number of threads, batch after batch", async () => {
    const index = await indexRows(draw(normal, 700, 4), undefined, pacer);
    const sought = draw(normal, 30_000, 4);
    const one = await searched(index, sought, 3, 1);
    expect(await searched(index, sought, 3, 3)).toEqual(one);
    const last = { columns: sought.columns.map((values) => values.slice(-40)), rowCount: 40 };
    expect(one.squares.slice(-120)).toEqual(walked(index, last, 3).squares);
  });
});

describe("rows looked for among themselves find what others would", () => {
  it.each([
    ["normal", 1500, 5, 6, 1],
    ["with long tails", 1441, 4, 21, 1],
    ["of few whole numbers", 1500, 8, 9, 1],
    ["mostly 0", 6001, 3, 4, 3],
    ["with some beyond all others", 2600, 7, 6, 2],
  ] as const)("%s, %i rows", async (...[law, rows, width, most, threads]) => {
    const index = await indexRows(draw(laws[law]!, rows, width), undefined, pacer);
    const points = index.counts.length;
    const expected = await searched(index, indexColumns(index), most, 1);
    const found = {
      squares: new Float64Array(points * most),
      numbers: new Int32Array(points * most),
    };
    await searchOwn({
      index,
      most,
      doing: "testing",
      threads,
      pacer,
      take: (row, squares, numbers, at) => {
        found.squares.set(squares.subarray(at, at + most), row * most);
        found.numbers.set(numbers.subarray(at, at + most), row * most);
      },
    });
    expect(found).toEqual(expected);
  });
});

describe("a search that must end", () => {
  it("stops while threads work, and says so", async () => {
    const index = await indexRows(draw(normal, 30_000, 16), undefined, pacer);
    const sought = draw(normal, 30_000, 16);
    const control = new AbortController();
    setTimeout(() => control.abort(), 40);
    const { signal } = control;
    const stopped = searchRows({
      index,
      sought,
      most: 5,
      doing: "testing",
      signal,
      pacer: new Pacer(signal, "testing"),
      take: () => undefined,
    });
    await expect(stopped).rejects.toMatchObject({ code: "LEARN_STOPPED" });
  });

  it("does not begin where the plan is beyond the limit", async () => {
    const index = await indexRows(draw(normal, 2000, 4), undefined, pacer);
    const sought = draw(normal, 2000, 4);
    const refused = searchRows({
      index,
      sought,
      most: 5,
      doing: "testing",
      memoryLimit: 100_000,
      pacer,
      take: () => undefined,
    });
    await expect(refused).rejects.toMatchObject({ code: "KERNEL_MEMORY" });
  });
});
