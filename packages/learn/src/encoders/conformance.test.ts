/** What every encoder promises; a new one is one row here. */
import { describe, expect, it } from "vitest";
import { RandomStream } from "../foundation/index.js";
import { type Column, codedColumn, Frame, frameOf } from "../frame/index.js";
import { restoreEncoder } from "./catalogue.js";
import type { Encoder, EncoderData } from "./contract.js";
import { countEncode } from "./count-encode.js";
import { excess } from "./excess.js";
import { impute } from "./impute.js";
import { oneHot } from "./one-hot.js";
import type { RowColumn } from "./row-path.js";
import { signedLog } from "./signed-log.js";
import { spline } from "./spline.js";
import { standardScale } from "./standard-scale.js";
import { targetEncode } from "./target-encode.js";

const encoders: Readonly<Record<string, Encoder>> = {
  countEncode: countEncode(),
  excess: excess(),
  impute: impute(),
  "impute by mean": impute({ strategy: "mean", indicators: false }),
  oneHot: oneHot(),
  "oneHot with a rest": oneHot({ maxCategories: 3 }),
  signedLog: signedLog(),
  spline: spline(),
  "spline of one column": spline({ knots: 3, degree: 1, columns: ["plays"] }),
  standardScale: standardScale(),
  targetEncode: targetEncode(),
  "targetEncode by order": targetEncode({ scheme: "ordered", smoothing: 2 }),
};

const looksAtTarget = ({ kind }: Encoder): boolean => kind === "targetEncode";

function draw(rows: number, seed: number): { frame: Frame; target: Float64Array } {
  const stream = new RandomStream(seed, "encoder conformance");
  const number = () => (stream.uniform() < 0.1 ? null : 10 * stream.normal());
  const text = () => (stream.uniform() < 0.1 ? null : `text ${stream.below(6)}`);
  const list = <Value>(make: () => Value): Value[] => Array.from({ length: rows }, make);
  const frame = frameOf({
    plays: list(number),
    city: list(text),
    one: list(() => 4),
    odd: list(() => [Infinity, -Infinity, 1e308, -0, Number.MIN_VALUE, -1e308][stream.below(6)]!),
    device: list(text),
  });
  return { frame, target: Float64Array.from({ length: rows }, () => stream.below(2)) };
}

const { frame, target } = draw(300, 1);
const test = draw(80, 2).frame;
const data: EncoderData = { frame, target, seed: 5, pause: () => Promise.resolve() };

/** A row's numbers and codes as a path takes them. */
function valuesOf(columns: readonly Column[], row: number): Float64Array {
  return Float64Array.from(columns, (column) =>
    column.kind === "number" ? column.values[row]! : column.codes[row]!,
  );
}

function rowColumns(columns: readonly Column[]): readonly RowColumn[] {
  return columns.map((column) =>
    column.kind === "number"
      ? { name: column.name }
      : { name: column.name, dictionary: column.dictionary },
  );
}

describe.each(Object.entries(encoders))("%s", (_, encoder) => {
  it("fits twice to the same table and state", async () => {
    const [one, two] = [await encoder.fit(data), await encoder.fit(data)];
    expect(one.frame.hash()).toBe(two.frame.hash());
    expect(one.encoder.state()).toEqual(two.encoder.state());
    expect(Object.isFrozen(one.encoder)).toBe(true);
  });

  it("encodes training rows like other rows, unless it looks at targets", async () => {
    const fit = await encoder.fit(data);
    const again = fit.encoder.encode(frame);
    expect(fit.frame.names).toEqual(again.names);
    expect(fit.frame.hash() === again.hash()).toBe(!looksAtTarget(encoder));
  });

  it("encodes each row on its own, whatever the order of columns and dictionaries", async () => {
    const { encoder: fitted } = await encoder.fit(data);
    const whole = fitted.encode(test);
    expect(fitted.encode(test.view(20, 40)).hash()).toBe(whole.view(20, 40).hash());
    const turned = new Frame(
      [...test.columns].reverse().map((column) => {
        if (column.kind === "number") return column;
        const { dictionary, codes, name } = column;
        const last = dictionary.length - 1;
        const turnedCodes = codes.map((code) => (code < 0 ? -1 : last - code));
        return codedColumn(name, turnedCodes, [...dictionary].reverse());
      }),
    );
    const other = fitted.encode(turned);
    for (const column of whole.columns) {
      if (column.kind === "number") expect(other.numbers(column.name)).toEqual(column.values);
    }
  });

  it("encodes rows one by one to the same bits", async () => {
    const { encoder: fitted } = await encoder.fit(data);
    const whole = fitted.encode(test);
    const path = fitted.prepareRow!(rowColumns(test.columns));
    expect(path.columns.map(({ name }) => name)).toEqual(whole.names);
    for (let row = 0; row < test.rowCount; row++) {
      const found = path.encode(valuesOf(test.columns, row)).slice();
      expect(found, `row ${row}`).toEqual(valuesOf(whole.columns, row));
    }
    expect(() => fitted.prepareRow!([])).toThrow(
      expect.objectContaining({ code: "FRAME_COLUMN_MISSING" }),
    );
  });

  it("comes back from its state, and refuses none of its own with ENCODER_STATE", async () => {
    const { encoder: fitted } = await encoder.fit(data);
    const again = restoreEncoder(encoder.kind, fitted.state());
    expect(again.encode(test).hash()).toBe(fitted.encode(test).hash());
    expect(again.state()).toEqual(fitted.state());
    const refused = expect.objectContaining({ code: "ENCODER_STATE" });
    const { settings, tensors } = fitted.state();
    for (const key of Object.keys(settings)) {
      const broken = { settings: { ...settings, [key]: { a: 1 } }, tensors };
      expect(() => restoreEncoder(encoder.kind, broken), key).toThrow(refused);
    }
    for (const key of Object.keys(tensors)) {
      const values = Float64Array.from(tensors[key]!.values, () => Number.NaN);
      const broken = { settings, tensors: { ...tensors, [key]: { shape: [1], values } } };
      if (values.length === 0) continue;
      expect(() => restoreEncoder(encoder.kind, broken), key).toThrow(refused);
    }
  });

  it("changes nothing that it was given, and stops when it is told", async () => {
    const before = new Frame(frame.columns.map((column) => ({ ...column }))).hash();
    const kept = target.slice();
    await encoder.fit(data);
    expect(new Frame(frame.columns.map((column) => ({ ...column }))).hash()).toBe(before);
    expect(target).toEqual(kept);
    const pause = () => Promise.reject(new Error("stop"));
    await expect(encoder.fit({ ...data, pause })).rejects.toThrow("stop");
  });

  it("manages one row, unknown texts and nothing known", async () => {
    const { encoder: single } = await encoder.fit({
      ...data,
      frame: frame.view(0, 1),
      target: target.subarray(0, 1),
    });
    expect(single.encode(test).rowCount).toBe(test.rowCount);
    const { encoder: fitted } = await encoder.fit(data);
    const blank = frameOf({ plays: [null], one: [null], odd: [null] }).with([
      codedColumn("city", Int32Array.of(0), ["never seen"]),
      codedColumn("device", Int32Array.of(-1), []),
    ]);
    expect(new Set(fitted.encode(blank).names)).toEqual(new Set(fitted.encode(test).names));
  });
});
