import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RandomStream } from "../foundation/index.js";
import { openSession, type Session } from "./index.js";
import type { KernelName } from "./kernel-module.js";

let session: Session;
let start: number;
beforeAll(async () => {
  session = await openSession({ doing: "testing", threads: 1, steps: 0 });
  start = session.arena.mark();
});
afterAll(() => session.close());

async function run(kernel: KernelName, ...values: number[]): Promise<number> {
  return (await session.runAll([{ kernel, values }]))[0]!;
}

function put(values: Float32Array | Float64Array): number {
  const address = session.arena.allocate(values.byteLength);
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  session.arena.bytes(address, values.byteLength).set(bytes);
  return address;
}

const { fround } = Math;

/** One running sum an element, each step rounded. */
function plain(
  [rows, columns, inner]: readonly [number, number, number],
  step: (sum: number, row: number, column: number, k: number) => number,
): Float32Array {
  return Float32Array.from({ length: rows * columns }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < inner; k++) sum = step(sum, Math.floor(at / columns), at % columns, k);
    return sum;
  });
}

const sizes = [
  [1, 1, 1],
  [6, 8, 4],
  [7, 9, 3],
  [5, 17, 513],
  [13, 8, 1030],
] as const;

describe("dense kernels equal their scalar references", () => {
  it.each(sizes)("products and distances of %i x %i over %i", async (rows, columns, inner) => {
    session.arena.release(start);
    const random = new RandomStream(rows, "dense");
    const draw = (count: number) => Float32Array.from({ length: count }, () => random.normal());
    const [a, b, points] = [draw(rows * inner), draw(inner * columns), draw(columns * inner)];
    const [atA, atB, atPoints] = [put(a), put(b), put(points)];
    const c = session.arena.allocate(4 * rows * columns);
    const scratch = session.arena.allocate(16_384 + 32 * rows);
    const size = [rows, columns, inner] as const;
    await run("gemm", atA, atB, c, ...size, scratch);
    const product = plain(size, (sum, row, column, k) =>
      fround(sum + fround(a[row * inner + k]! * b[k * columns + column]!)),
    );
    expect(session.arena.floats(c, rows * columns)).toEqual(product);
    await run("squaredDistances", atA, atPoints, c, ...size, scratch);
    const distances = plain(size, (sum, row, column, k) => {
      const d = fround(a[row * inner + k]! - points[column * inner + k]!);
      return fround(sum + fround(d * d));
    });
    expect(session.arena.floats(c, rows * columns)).toEqual(distances);
  });

  it("dot and axpy", async () => {
    const number = fc.double({ noNaN: true, min: -1e6, max: 1e6 });
    const pairs = fc.array(fc.tuple(number, number), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(pairs, number, async (values, factor) => {
        session.arena.release(start);
        const a = Float64Array.from(values, ([x]) => x);
        const b = Float64Array.from(values, ([, y]) => y);
        const [atA, atB] = [put(a), put(b)];
        const whole = a.length - (a.length % 4);
        const lanes = [0, 0, 0, 0];
        for (let i = 0; i < whole; i++) lanes[i % 4]! += a[i]! * b[i]!;
        let sum = lanes[0]! + lanes[2]! + (lanes[1]! + lanes[3]!);
        for (let i = whole; i < a.length; i++) sum += a[i]! * b[i]!;
        expect(await run("dot", atA, atB, a.length)).toBe(sum);
        await run("axpy", factor, atA, atB, a.length);
        expect(session.arena.doubles(atB, b.length)).toEqual(b.map((y, i) => y + factor * a[i]!));
      }),
    );
  });

  it("selection finds what sorting finds", async () => {
    const values = fc.array(fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(1, 2, 3)), {
      minLength: 1,
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(values, fc.nat(), async (list, pick) => {
        session.arena.release(start);
        const place = pick % list.length;
        const found = await run("selectDouble", put(Float64Array.from(list)), list.length, place);
        const sorted = Float64Array.from(list).sort();
        expect(found === sorted[place]).toBe(true);
      }),
    );
  });
});
