import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { readTensorFile, sha256, type Tensor, writeTensorFile } from "../foundation/index.js";
import { codedColumn, Frame } from "../frame/index.js";
import { popularity, type RecommenderModel } from "../learners/index.js";
import { readModel, writeModel } from "./model-file.js";
import { namesIn, nameTensors } from "./name-tensors.js";

/** A model of users with names; user n took item n mod 7. */
async function modelOf(names: readonly string[]): Promise<RecommenderModel> {
  const users = Int32Array.from(names.keys());
  const items = users.map((user) => user % 7);
  const frame = new Frame([
    codedColumn("user", users, names),
    codedColumn("item", items, ["a", "b", "c", "d", "e", "f", "g"]),
  ]);
  return await popularity.fit(frame, undefined);
}

function namesFrom(count: number, name: (place: number) => string): string[] {
  return Array.from({ length: count }, (_, place) => name(place));
}

const odd = ["", "\u{feff}bom", "\0", "ä", "名前", "😀", "a\ud7ffb", "__proto__"];
const names = [...odd, ...namesFrom(1500, (place) => `użytkownik ${place}`)];
let model: RecommenderModel;
let bytes: Uint8Array;
beforeAll(async () => {
  model = await modelOf(names);
  bytes = writeModel(model);
});

/** The file again with tensors replaced, its hash put right: what an enemy can do. */
function forged(edit: (tensors: Map<string, Tensor>) => void, text = (told: string) => told) {
  const file = readTensorFile(bytes);
  const tensors = new Map(file.tensors);
  edit(tensors);
  const blank = writeTensorFile(tensors, [
    ["sha256", "0".repeat(64)],
    ["refrain", text(file.metadata.get("refrain")!)],
  ]);
  blank.set(new TextEncoder().encode(sha256(blank)), 35);
  return blank;
}

/** Replaces the ends of the texts, or their bytes. */
function withValues(name: string, change: (values: Int32Array) => unknown) {
  return (tensors: Map<string, Tensor>): void => {
    // Of a Uint8Array all that is done to it here is the same.
    const values = tensors.get(name)!.values.slice() as Int32Array;
    const changed = change(values);
    const kept = ArrayBuffer.isView(changed) ? (changed as Tensor["values"]) : values;
    tensors.set(name, { shape: [kept.length], values: kept });
  };
}

const broken = expect.objectContaining({ code: "MODEL_FILE_BROKEN" });

describe("long dictionaries in a model file", () => {
  it("come back with bytes, scores and lists, and stand in no header", async () => {
    const read = readModel(bytes) as unknown as RecommenderModel;
    expect(read.users).toEqual(names);
    expect(read.predictRow({ user: "😀", item: "b" })).toBe(
      model.predictRow({ user: "😀", item: "b" }),
    );
    expect(await read.recommend(["名前"], 3)).toEqual(await model.recommend(["名前"], 3));
    expect(writeModel(read)).toEqual(bytes);
    const { tensors, metadata } = readTensorFile(bytes);
    expect(metadata.get("refrain")).toContain('"texts":1508');
    expect(metadata.get("refrain")!.length).toBeLessThan(1500);
    expect([...tensors.keys()]).toContain("names.0.bytes");
    expect(Object.keys(read.state().tensors)).not.toContain("names.0.bytes");
  });

  it("hold a million users, which a header could not", async () => {
    const many = namesFrom(1_000_000, (place) => `listener-${place}`);
    const [bytesOf, endsOf] = nameTensors(1, many);
    const read = namesIn(new Map([bytesOf!, endsOf!]), 1, many.length);
    expect(read.length).toBe(many.length);
    expect(read.every((name, place) => name === many[place])).toBe(true);
  });

  it("stay in the header where they are short, or no UTF-8 holds them", async () => {
    const short = writeModel(await modelOf(names.slice(0, 100)));
    expect(readTensorFile(short).metadata.get("refrain")).toContain('"format":1');
    const lone = await modelOf([...names, "half a letter \ud800"]);
    const read = readModel(writeModel(lone)) as unknown as RecommenderModel;
    expect(read.users.at(-1)).toBe("half a letter \ud800");
  });

  it("are any texts", () => {
    const texts = fc.array(fc.string({ unit: "grapheme" }), { maxLength: 40 });
    fc.assert(
      fc.property(texts, (list) => {
        const tensors = new Map(nameTensors(0, list));
        expect(namesIn(tensors, 0, list.length)).toEqual(list);
      }),
      { numRuns: 100 },
    );
  });
});

describe("a forged file of long dictionaries", () => {
  it.each([
    ["an end before the one before it", withValues("names.0.ends", (v) => v.set([1e6], 700))],
    ["an end below 0", withValues("names.0.ends", (v) => v.fill(-1))],
    ["a last end too early", withValues("names.0.ends", (v) => v.set([v.at(-1)! - 1], 1507))],
    ["an end in a letter", withValues("names.0.ends", (v) => v.set([v[1]! + 2], 2))],
    ["too few ends", withValues("names.0.ends", (v) => v.slice(1))],
    ["bytes that are no UTF-8", withValues("names.0.bytes", (v) => v.fill(0xff))],
    ["an unfinished letter", withValues("names.0.bytes", (v) => v.set([0xc3], v.length - 1))],
    ["a text twice", withValues("names.0.bytes", (v) => v.fill(0x61))],
    ["no bytes", (tensors: Map<string, Tensor>) => tensors.delete("names.0.bytes")],
    ["ends of another type", withValues("names.0.ends", (v) => Float64Array.from(v))],
  ] as const)("is refused: %s", (_, edit) => {
    expect(() => readModel(forged((tensors) => void edit(tensors)))).toThrow(broken);
  });

  it("is refused where the header tells another number, or a number for a short one", () => {
    const more = (told: string) => told.replace('"texts":1508', '"texts":900719925474099');
    expect(() => readModel(forged(() => undefined, more))).toThrow(broken);
    const nowhere = (told: string) => told.replace(/"dictionary":\[[^\]]*\]/, '"texts":7');
    expect(() => readModel(forged(() => undefined, nowhere))).toThrow(broken);
  });

  it("is found by its hash where a bit is flipped or the end is cut", () => {
    for (let place = 40; place < bytes.length; place += 1777) {
      const damaged = bytes.slice();
      damaged[place]! ^= 4;
      expect(() => readModel(damaged)).toThrow(broken);
      expect(() => readModel(bytes.slice(0, place))).toThrow(broken);
    }
  });
});
