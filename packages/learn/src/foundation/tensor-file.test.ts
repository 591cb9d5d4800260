import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CataloguedError } from "./catalogue.js";
import type { Tensor } from "./tensor.js";
import { readTensorFile, writeTensorFile } from "./tensor-file.js";

const tensors: Record<string, Tensor> = {
  bytes: { shape: [3], values: Uint8Array.of(1, 2, 255) },
  counts: { shape: [2, 2], values: Int32Array.of(1, -2, 3, 2147483647) },
  floats: { shape: [], values: Float32Array.of(0.5) },
  "a name, 名": { shape: [1, 3], values: Float64Array.of(Number.NaN, -0, 1e-308) },
  empty: { shape: [0, 7], values: new Float64Array() },
};

function file(header: string, data = 0): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 8);
  return bytes;
}

describe("a tensor file", () => {
  it("gives back what was written, to the bit", () => {
    const bytes = writeTensorFile(Object.entries(tensors), [["note", "tâche"]]);
    const read = readTensorFile(bytes);
    expect(read.metadata).toEqual(new Map([["note", "tâche"]]));
    expect(read.tensors.size).toBe(5);
    for (const [name, { shape, values }] of Object.entries(tensors)) {
      expect(read.tensors.get(name)).toStrictEqual({ shape, values });
    }
    expect(writeTensorFile(read.tensors, read.metadata)).toEqual(bytes);
  });

  it("is laid out as safetensors says: aligned, wide elements first, by name", () => {
    const bytes = writeTensorFile(Object.entries(tensors));
    const length = new DataView(bytes.buffer).getUint32(0, true);
    expect(length % 8).toBe(0);
    const header = new TextDecoder().decode(bytes.subarray(8, 8 + length)).trimEnd();
    expect(header).toBe(
      '{"__metadata__":{},"a name, 名":{"dtype":"F64","shape":[1,3],"data_offsets":[0,24]},' +
        '"empty":{"dtype":"F64","shape":[0,7],"data_offsets":[24,24]},' +
        '"counts":{"dtype":"I32","shape":[2,2],"data_offsets":[24,40]},' +
        '"floats":{"dtype":"F32","shape":[],"data_offsets":[40,44]},' +
        '"bytes":{"dtype":"U8","shape":[3],"data_offsets":[44,47]}}',
    );
  });

  it("keeps keys such as __proto__ and 0 as they are", () => {
    const odd: [string, Tensor][] = [
      ["__proto__", { shape: [1], values: Float64Array.of(1) }],
      ["0", { shape: [1], values: Float64Array.of(2) }],
    ];
    const read = readTensorFile(
      writeTensorFile(odd, [
        ["1", "one"],
        ["__proto__", "two"],
      ]),
    );
    expect(read.tensors.get("__proto__")?.values[0]).toBe(1);
    expect(read.tensors.get("0")?.values[0]).toBe(2);
    expect(read.metadata).toEqual(
      new Map([
        ["1", "one"],
        ["__proto__", "two"],
      ]),
    );
  });

  const one = (dtype: string, shape: string, offsets: string): string =>
    `{"t":{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}}`;

  it.each([
    ["too short", new Uint8Array(4)],
    ["a header longer than the file", file("{}").slice(0, 9)],
    ["a huge header", Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 127, 123, 125)],
    ["no brace", file("[]")],
    ["no JSON", file("{nope}")],
    ["no UTF-8", file("{}").fill(255, 9)],
    ["metadata that are numbers", file('{"__metadata__":{"a":1}}')],
    ["metadata that are a list", file('{"__metadata__":[]}')],
    ["a tensor that is null", file('{"t":null}')],
    ["an unknown type", file(one("F16", "[1]", "[0,2]"), 2)],
    ["an inherited type", file(one("toString", "[1]", "[0,2]"), 2)],
    ["a negative size", file(one("U8", "[-1]", "[0,1]"), 1)],
    ["a size that is no integer", file(one("U8", "[1.5]", "[0,1]"), 1)],
    ["sizes whose product is beyond all numbers", file(one("U8", "[1e15,1e15,1e300]", "[0,1]"), 1)],
    ["sizes whose product overflows 32 bits", file(one("U8", "[65536,65536]", "[0,0]"))],
    ["too many dimensions", file(one("U8", "[1,1,1,1,1,1,1,1,1]", "[0,1]"), 1)],
    ["offsets backwards", file(one("U8", "[1]", "[1,0]"), 1)],
    ["offsets beyond the file", file(one("U8", "[9]", "[0,9]"), 1)],
    ["three offsets", file(one("U8", "[1]", "[0,1,2]"), 1)],
    ["a gap", file(one("U8", "[1]", "[1,2]"), 2)],
    ["bytes left over", file(one("U8", "[1]", "[0,1]"), 2)],
    [
      "an overlap",
      file(
        '{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},' +
          '"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}',
        3,
      ),
    ],
  ])("is refused with TENSOR_FILE_BROKEN: %s", (_, bytes) => {
    expect(() => readTensorFile(bytes)).toThrow(
      expect.objectContaining({ code: "TENSOR_FILE_BROKEN" }),
    );
  });

  it("is refused or read, never anything else, whatever bytes are changed", () => {
    const whole = writeTensorFile(Object.entries(tensors), [["note", "x"]]);
    const edits = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(edits, fc.nat(whole.length), (changes, end) => {
        const bytes = whole.slice(0, end);
        for (const [at, value] of changes) if (at < end) bytes[at] = value;
        try {
          readTensorFile(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(CataloguedError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("takes no more tensors and no longer header than its limits say", () => {
    const bytes = writeTensorFile(Object.entries(tensors));
    expect(() => readTensorFile(bytes, { headerBytes: 100, tensors: 9 })).toThrow("too long");
    expect(() => readTensorFile(bytes, { headerBytes: 1e4, tensors: 2 })).toThrow("describes");
  });
});
