import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  CataloguedError,
  RandomStream,
  readTensorFile,
  sha256,
  type Tensor,
  writeTensorFile,
} from "../foundation/index.js";
import { categoryColumn, Frame, numberColumn } from "../frame/index.js";
import { boosting, boostingMulticlass, type Model, randomForest } from "../learners/index.js";
import { readModel, writeModel } from "./model-file.js";

const ROWS = 300;
const stream = new RandomStream(11, "hostile trees");
const level = Float64Array.from({ length: ROWS }, () => stream.normal());
const town = Array.from({ length: ROWS }, () => `town ${stream.below(7)}`);
const frame = new Frame([numberColumn("level", level), categoryColumn("town", town)]);
const target = level.map((x, row) => (x + (town[row] === "town 3" ? 1 : 0) > 0.3 ? 1 : 0));

const few = { rounds: 6, maxLeaves: 8, minRows: 5 };
const fits: Readonly<Record<string, () => Promise<Model>>> = {
  boosting: () => boosting.fit(frame, target, few),
  "boosting-multiclass": () =>
    boostingMulticlass.fit(
      frame,
      target.map((y, row) => y + (row % 2)),
      few,
    ),
  "random-forest": () => randomForest.fit(frame, target, { trees: 5 }),
};
const files = new Map<string, Uint8Array>();
beforeAll(async () => {
  for (const [name, fit] of Object.entries(fits)) files.set(name, writeModel(await fit()));
});

type Tensors = Map<string, Tensor>;

/** The file with other tensors and a right hash: what an enemy can write. */
function forged(
  name: string,
  change: (tensors: Tensors) => void,
  headerEdit?: (h: string) => string,
) {
  const file = readTensorFile(files.get(name)!);
  const tensors = new Map(
    Array.from(file.tensors, ([key, { shape, values }]) => [
      key,
      { shape, values: values.slice() },
    ]),
  );
  change(tensors);
  let blank = writeTensorFile(tensors, [
    ["sha256", "0".repeat(64)],
    ["refrain", file.metadata.get("refrain")!],
  ]);
  if (headerEdit !== undefined) blank = withHeader(blank, headerEdit);
  blank.set(new TextEncoder().encode(sha256(blank)), 35);
  return blank;
}

function withHeader(bytes: Uint8Array, edit: (header: string) => string): Uint8Array<ArrayBuffer> {
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const header = new TextEncoder().encode(
    edit(new TextDecoder().decode(bytes.subarray(8, 8 + length))),
  );
  const out = new Uint8Array(8 + header.length + bytes.length - 8 - length);
  new DataView(out.buffer).setUint32(0, header.length, true);
  out.set(header, 8);
  out.set(bytes.subarray(8 + length), 8 + header.length);
  return out;
}

const set = (tensors: Tensors, name: string, place: number, value: number): void => {
  const { values } = tensors.get(name)!;
  values[place < 0 ? values.length + place : place] = value;
};
/** First node of the first tree that asks something: the root. */
const wrongs: Readonly<Record<string, (tensors: Tensors) => void>> = {
  "a tree that goes in circles": (t) => set(t, "left", 0, 0),
  "a child before its parent": (t) => set(t, "left", 1, 0),
  "a child in the next tree": (t) => set(t, "left", 0, t.get("starts")!.values[1]!),
  "a child of two nodes": (t) => {
    for (let node = 0; node < 3; node++) {
      set(t, "column", node, 0);
      set(t, "set", node, -1);
      set(t, "left", node, 3);
    }
  },
  "a child beyond all nodes": (t) => set(t, "left", 0, 2 ** 31 - 1),
  "a column that is not there": (t) => set(t, "column", 0, 2 ** 31 - 1),
  "a threshold that is NaN": (t) => t.get("threshold")!.values.fill(Number.NaN),
  "a value that is NaN": (t) => t.get("value")!.values.fill(Number.NaN),
  "a value without end": (t) => set(t, "value", -1, Number.POSITIVE_INFINITY),
  "a cover below 0": (t) => set(t, "cover", 0, -1),
  "a set beyond all sets": (t) => t.get("set")!.values.fill(1_000_000),
  "trees that overlap": (t) => set(t, "starts", 1, 0),
  "trees beyond all nodes": (t) => set(t, "starts", -1, 2 ** 31 - 1),
  "a tensor that is cut": (t) => {
    const { values } = t.get("left")!;
    t.set("left", { shape: [values.length - 1], values: values.slice(1) });
  },
  "a tensor of another type": (t) => {
    const { values } = t.get("left")!;
    t.set("left", { shape: [values.length], values: Float64Array.from(values) });
  },
};

describe.each(Object.keys(fits))("a hostile file of %s", (name) => {
  it("is refused when it is cut or a bit is flipped", () => {
    const bytes = files.get(name)!;
    const place = fc.integer({ min: 0, max: bytes.length - 1 });
    fc.assert(
      fc.property(place, fc.integer({ min: 0, max: 7 }), (at, bit) => {
        expect(() => readModel(bytes.slice(0, at))).toThrow(CataloguedError);
        const flipped = bytes.slice();
        flipped[at]! ^= 1 << bit;
        expect(() => readModel(flipped)).toThrow(CataloguedError);
      }),
      { numRuns: 60 },
    );
  });

  it.each(Object.entries(wrongs))("is refused with a right hash: %s", (_, wrong) => {
    expect(() => readModel(forged(name, wrong))).toThrow(
      expect.objectContaining({ code: "MODEL_STATE" }),
    );
  });

  it.each([
    ["a huge shape", '"shape":[4294967296,4294967296]'],
    ["a shape that overflows", '"shape":[9007199254740991,9007199254740991]'],
    ["a shape below 0", '"shape":[-1]'],
    ["a shape of halves", '"shape":[0.5]'],
  ])("is refused before memory is taken: %s", (_, shape) => {
    const file = forged(
      name,
      () => undefined,
      (header) => header.replace(/"shape":\[\d+\]/, shape),
    );
    expect(() => readModel(file)).toThrow(expect.objectContaining({ code: "TENSOR_FILE_BROKEN" }));
  });

  it("is refused, or scores, whatever element is replaced", () => {
    const names = [...readTensorFile(files.get(name)!).tensors.keys()];
    const values = [Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 1, 7, 255, 2 ** 31 - 1, -1e300];
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.nat(),
        fc.constantFrom(...values),
        (tensor, place, value) => {
          const file = forged(name, (tensors) => {
            const { length } = tensors.get(tensor)!.values;
            if (length > 0) set(tensors, tensor, place % length, value);
          });
          try {
            readModel(file).predictRow(frame.row(0));
          } catch (error) {
            expect(error).toBeInstanceOf(CataloguedError);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
