import { readFileSync } from "node:fs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { impute, oneHot, platt, standardScale } from "../encoders/index.js";
import { CataloguedError, readTensorFile, sha256, writeTensorFile } from "../foundation/index.js";
import { frameOf } from "../frame/index.js";
import { type Learner, logistic, type Model, prior } from "../learners/index.js";
import { modelHash, readModel, writeModel } from "./model-file.js";
import { pipeline } from "./pipeline.js";

const frame = frameOf({
  plays: [1, null, 3, 9, 2, 7, 8, 1],
  city: ["a", "b", "a", "c", null, "b", "b", "a"],
});
const target = [0, 0, 1, 1, 0, 1, 1, 0];
const learner = pipeline({
  encoders: [impute(), standardScale(), oneHot()],
  learner: logistic,
  calibrator: platt,
});
let model: Model;
let bytes: Uint8Array;
beforeAll(async () => {
  model = await learner.fit(frame, target);
  bytes = writeModel(model, { metrics: { rocAuc: 0.75 } });
});

/** The file again, with its description edited, and its hash put right: what an enemy can do. */
function forged(edit: (text: string) => string, tensors = readTensorFile(bytes).tensors) {
  const text = edit(readTensorFile(bytes).metadata.get("refrain")!);
  const blank = writeTensorFile(tensors, [
    ["sha256", "0".repeat(64)],
    ["refrain", text],
  ]);
  blank.set(new TextEncoder().encode(sha256(blank)), 35);
  return blank;
}

/** The description with one of its values replaced. */
function withValue(path: readonly (string | number)[], value: unknown): (text: string) => string {
  return (text) => {
    const root = JSON.parse(text) as Record<string | number, unknown>;
    let at = root;
    for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
    at[path.at(-1)!] = value;
    return JSON.stringify(root);
  };
}

function refusing(...codes: string[]) {
  return expect.objectContaining({ code: expect.toBeOneOf(codes) });
}

describe("a model file", () => {
  it("comes back with its scores, metrics, card and bytes", async () => {
    const read = readModel(bytes);
    expect(await read.predict(frame)).toEqual(await model.predict(frame));
    expect(read.metrics).toEqual({ rocAuc: 0.75 });
    expect(read.card.options).toEqual(model.card.options);
    expect(read.hash).toBe(modelHash(bytes));
    expect(writeModel(read, { metrics: read.metrics })).toEqual(bytes);
  });

  it("is the same bytes for the same data, options and seed", async () => {
    expect(writeModel(await learner.fit(frame, target), { metrics: { rocAuc: 0.75 } })).toEqual(
      bytes,
    );
    const other = writeModel(await learner.fit(frame, target, { seed: 1 }));
    expect(modelHash(other)).not.toBe(modelHash(bytes));
  });

  it("starts as the reference page says, byte by byte", () => {
    const text = new TextDecoder().decode(bytes.subarray(8, 120));
    expect(text).toMatch(/^\{"__metadata__":\{"sha256":"[0-9a-f]{64}","refrain":"/);
    const blank = bytes.slice();
    blank.fill(0x30, 35, 99);
    expect(sha256(blank)).toBe(new TextDecoder().decode(bytes.subarray(35, 99)));
  });

  it("of the first release is still read, from a Buffer that is not touched", () => {
    const file = readFileSync(new URL("./fixtures/logistic-1.refrain", import.meta.url));
    const before = sha256(file);
    expect(readModel(file).predictRow({ plays: 3, city: "a" })).toBe(0.3333333333333333);
    expect(sha256(file)).toBe(before);
  });
});

describe("a file that is no model", () => {
  it.each([
    ["nothing", () => new Uint8Array()],
    ["text", () => new TextEncoder().encode("id,score\n".repeat(40))],
    ["a cut in the hash", () => bytes.slice(0, 60)],
    ["a cut in the card", () => bytes.slice(0, 900)],
    ["a byte more", () => Uint8Array.of(...bytes, 0)],
    ["a plain tensor file", () => writeTensorFile([])],
  ])("is refused with MODEL_FILE_BROKEN: %s", (_, make) => {
    expect(() => readModel(make())).toThrow(refusing("MODEL_FILE_BROKEN"));
  });

  it("is found by its hash, whatever bit is flipped", () => {
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const damaged = bytes.slice();
        damaged[bit >> 3]! ^= 1 << (bit & 7);
        expect(() => readModel(damaged)).toThrow(refusing("MODEL_FILE_BROKEN"));
      }),
      { numRuns: 300 },
    );
  });
});

describe("a forged file with the right hash", () => {
  it.each([
    ["no JSON", (text: string) => text.slice(1)],
    ["a list", () => "[]"],
    ["deep nesting", () => "[".repeat(100_000)],
    ["no format", withValue(["format"], "1")],
    ["no card", withValue(["card"], null)],
    ["no kind", withValue(["card", "kind"], 7)],
    ["no task", withValue(["card", "task"], "toString")],
    ["no hash of data", withValue(["card", "dataHash"], "nope")],
    ["no count of rows", withValue(["card", "trainingRows"], -1)],
    ["columns of one name", withValue(["card", "columns", 1, "name"], "plays")],
    ["a column of no kind", withValue(["card", "columns", 0, "kind"], "text")],
    ["a dictionary that repeats", withValue(["card", "columns", 1, "dictionary"], ["a", "a"])],
    ["golden rows that are no rows", withValue(["goldenRows", 0], 7)],
    ["golden rows too short", withValue(["goldenRows", 0], [])],
    ["a golden text where a number belongs", withValue(["goldenRows", 0, 0], "x")],
    ["a golden text in no dictionary", withValue(["goldenRows", 0, 1], "zz")],
    ["too few golden scores", withValue(["goldenScores"], [])],
    ["a golden score that is no number", withValue(["goldenScores", 0], null)],
    ["no settings", withValue(["settings"], 1)],
    ["no encoders", withValue(["settings", "encoders"], {})],
    ["an encoder that is null", withValue(["settings", "encoders", 0], null)],
    ["no learner", withValue(["settings", "learner"], [])],
    ["no metrics", withValue(["metrics"], null)],
    ["a column that the encoder does not get", withValue(["card", "columns", 0, "name"], "x")],
  ])("is refused: %s", (_, edit) => {
    expect(() => readModel(forged(edit))).toThrow(
      refusing("MODEL_FILE_BROKEN", "FRAME_COLUMN_MISSING"),
    );
  });

  it("says what it does not know: MODEL_FILE_VERSION, MODEL_KIND_UNKNOWN, ENCODER_STATE", () => {
    const reading = (edit: (text: string) => string) => () => readModel(forged(edit));
    expect(reading(withValue(["format"], 3))).toThrow(refusing("MODEL_FILE_VERSION"));
    expect(reading(withValue(["card", "kind"], "magic"))).toThrow(refusing("MODEL_KIND_UNKNOWN"));
    const inner = ["settings", "learner", "card", "kind"];
    expect(reading(withValue(inner, "__proto__"))).toThrow(refusing("MODEL_KIND_UNKNOWN"));
    const encoder = ["settings", "encoders", 0, "kind"];
    expect(reading(withValue(encoder, "constructor"))).toThrow(refusing("ENCODER_STATE"));
    expect(reading(withValue(["settings", "calibrator", "kind"], "x"))).toThrow(
      refusing("ENCODER_STATE"),
    );
  });

  it("is found by its golden rows: MODEL_GOLDEN", () => {
    expect(() => readModel(forged(withValue(["goldenScores", 2], 0.123)))).toThrow(
      refusing("MODEL_GOLDEN"),
    );
    const tensors = new Map(readTensorFile(bytes).tensors);
    tensors.set("learner.intercept", { shape: [1], values: Float64Array.of(3) });
    expect(() => readModel(forged((text) => text, tensors))).toThrow(refusing("MODEL_GOLDEN"));
  });

  it("with tensors that are NaN or not there is refused: MODEL_STATE, ENCODER_STATE", () => {
    const { tensors } = readTensorFile(bytes);
    for (const name of tensors.keys()) {
      const lacking = new Map(tensors);
      lacking.delete(name);
      expect(() => readModel(forged((text) => text, lacking))).toThrow(
        refusing("MODEL_STATE", "ENCODER_STATE"),
      );
      const values = new Float64Array(tensors.get(name)!.values.length).fill(Number.NaN);
      const poisoned = new Map(tensors).set(name, { shape: [values.length], values });
      expect(() => readModel(forged((text) => text, poisoned))).toThrow(
        refusing("MODEL_STATE", "ENCODER_STATE"),
      );
    }
  });

  it("is read or refused with a catalogued error, whatever value is replaced", () => {
    const paths: (string | number)[][] = [];
    const walk = (value: unknown, path: (string | number)[]): void => {
      if (path.length > 0) paths.push(path);
      if (typeof value !== "object" || value === null) return;
      for (const key of Object.keys(value))
        walk((value as Record<string, unknown>)[key], [...path, key]);
    };
    walk(JSON.parse(readTensorFile(bytes).metadata.get("refrain")!), []);
    const values = fc.oneof(fc.jsonValue(), fc.constantFrom("__proto__", 1e308, -1, "a", [], {}));
    fc.assert(
      fc.property(fc.constantFrom(...paths), values, (path, value) => {
        try {
          readModel(forged(withValue(path, value)));
        } catch (error) {
          expect(error).toBeInstanceOf(CataloguedError);
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe("a learner of somebody else", () => {
  const own: Learner = { ...prior, kind: "mine" };

  it("is read where it is given, and unknown where not: MODEL_KIND_UNKNOWN", async () => {
    const fitted = await own.fit(frame, target);
    const mine: Model = { ...fitted, card: { ...fitted.card, kind: "mine" } };
    const file = writeModel(mine);
    expect(() => readModel(file)).toThrow(refusing("MODEL_KIND_UNKNOWN"));
    expect(readModel(file, { learners: [own] }).predictRow({})).toBe(0.5);
  });

  it("that breaks while it is restored makes a broken file, not a crash", async () => {
    const fitted = await own.fit(frame, target);
    const mine: Model = { ...fitted, card: { ...fitted.card, kind: "mine" } };
    const broken = {
      ...own,
      restore: () => {
        throw new TypeError("undefined is not a function");
      },
    };
    expect(() => readModel(writeModel(mine), { learners: [broken] })).toThrow(
      refusing("MODEL_FILE_BROKEN"),
    );
  });
});
