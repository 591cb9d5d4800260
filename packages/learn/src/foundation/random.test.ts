import { describe, expect, it } from "vitest";
import { philox, RandomStream } from "./random.js";

function words(counter: readonly number[], key0: number, key1: number): number[] {
  const state = Int32Array.from(counter, (word) => word | 0);
  philox(state, key0, key1);
  return Array.from(state, (word) => word >>> 0);
}

describe("philox", () => {
  it("gives the vectors of its authors (Random123, kat_vectors)", () => {
    expect(words([0, 0, 0, 0], 0, 0)).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
    const ones = 0xffffffff;
    expect(words([ones, ones, ones, ones], ones, ones)).toEqual([
      0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd,
    ]);
    const pi = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];
    expect(words(pi, 0xa4093822, 0x299f31d0)).toEqual([
      0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1,
    ]);
  });
});

function take(stream: RandomStream, count: number): number[] {
  return Array.from({ length: count }, () => stream.uniform());
}

describe("a stream", () => {
  it("is a function of seed, purpose and fork alone", () => {
    const first = take(new RandomStream(7, "noise"), 20);
    expect(take(new RandomStream(7, "noise"), 20)).toEqual(first);
    expect(take(new RandomStream(8, "noise"), 20)).not.toEqual(first);
    expect(take(new RandomStream(7, "taste"), 20)).not.toEqual(first);
    expect(take(new RandomStream(7, "noise", 1), 20)).not.toEqual(first);
    expect(take(new RandomStream(7 + 2 ** 40, "noise"), 20)).not.toEqual(first);
  });

  it("keeps its numbers for ever", () => {
    const stream = new RandomStream(42, "frozen");
    expect([stream.bits(), stream.bits(), stream.below(1000)]).toMatchInlineSnapshot(`
      [
        1489988074,
        288711098,
        171,
      ]
    `);
  });

  it("is uniform, and its normals are normal", () => {
    const stream = new RandomStream(1, "moments");
    const count = 20_000;
    const uniforms = take(stream, count);
    const mean = uniforms.reduce((sum, value) => sum + value, 0) / count;
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / count));
    expect(uniforms.every((value) => value >= 0 && value < 1)).toBe(true);
    const normals = Array.from({ length: count }, () => stream.normal());
    const square = normals.reduce((sum, value) => sum + value * value, 0) / count;
    expect(Math.abs(square - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
    const below = normals.filter((value) => value < -1.96).length / count;
    expect(Math.abs(below - 0.025)).toBeLessThan(5 * Math.sqrt(0.025 / count));
  });

  it("shuffles to every order equally often", () => {
    const counts = new Map<string, number>();
    for (let fork = 0; fork < 6000; fork++) {
      const items = Int32Array.of(0, 1, 2);
      new RandomStream(1, "shuffle", fork).shuffle(items);
      counts.set(items.join(""), (counts.get(items.join("")) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
