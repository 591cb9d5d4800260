import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { categoryColumn, codedColumn, lengthOf, numberColumn } from "./column.js";
import { concatFrames, Frame, frameOf } from "./frame.js";

const frame = frameOf({ plays: [1, 2, null, 4], city: ["Gdańsk", null, "Łódź", "Gdańsk"] });

function refusing(code: string) {
  return expect.objectContaining({ code });
}

describe("a frame", () => {
  it("holds named columns", () => {
    expect(frame.names).toEqual(["plays", "city"]);
    expect(frame.rowCount).toBe(4);
    expect([...frame.numbers("plays")]).toEqual([1, 2, Number.NaN, 4]);
    expect(frame.categories("city").dictionary).toEqual(["Gdańsk", "Łódź"]);
    expect([...frame.categories("city").codes]).toEqual([0, -1, 1, 0]);
    expect(frame.row(2)).toEqual({ plays: null, city: "Łódź" });
    expect(frame.has("city")).toBe(true);
    expect(frame.columns.map(lengthOf)).toEqual([4, 4]);
  });

  it("keeps typed arrays without copying them", () => {
    const values = Float64Array.of(1, 2);
    expect(frameOf({ values }).numbers("values")).toBe(values);
    const floats = Float32Array.of(1, 2);
    expect(numberColumn("f", floats).values).toBe(floats);
    expect(numberColumn("i", Int32Array.of(1, 2)).values).toBeInstanceOf(Float64Array);
  });

  it("selects, drops and replaces columns", () => {
    expect(frame.select(["city", "plays"]).names).toEqual(["city", "plays"]);
    expect(frame.select([]).rowCount).toBe(4);
    expect(frame.drop(["city", "nope"]).names).toEqual(["plays"]);
    const with2 = frame.with([
      numberColumn("plays", [9, 9, 9, 9]),
      numberColumn("x", [1, 2, 3, 4]),
    ]);
    expect(with2.names).toEqual(["plays", "city", "x"]);
    expect(with2.row(0)).toEqual({ plays: 9, city: "Gdańsk", x: 1 });
    expect(new Frame([]).with([numberColumn("x", [1])]).rowCount).toBe(1);
  });

  it("takes, views and splits rows", () => {
    expect(frame.take([3, 3, 0]).row(1)).toEqual({ plays: 4, city: "Gdańsk" });
    const view = frame.view(1, 3);
    expect(view.rowCount).toBe(2);
    expect(view.row(0)).toEqual(frame.row(1));
    expect(view.numbers("plays").buffer).toBe(frame.numbers("plays").buffer);
    expect(frame.view(-1).row(0)).toEqual(frame.row(3));
    expect(frame.view(3, 1).rowCount).toBe(0);
    const [inside, outside] = frame.split([1, 0, 0, 1]);
    expect([inside.rowCount, outside.rowCount]).toEqual([2, 2]);
    expect(inside.row(1)).toEqual(frame.row(3));
  });

  it("puts tables one below the other", () => {
    const whole = concatFrames([frame.view(0, 1), frame.view(1, 1), frame.view(1)]);
    expect(whole.hash()).toBe(frame.hash());
    expect(concatFrames([]).rowCount).toBe(0);
    const floats = new Frame([numberColumn("f", Float32Array.of(1))]);
    expect(concatFrames([floats, floats]).numbers("f")).toEqual(Float32Array.of(1, 1));
    const same = new Frame([codedColumn("city", Int32Array.of(1), ["Gdańsk", "Łódź"])]);
    expect(concatFrames([frame.select(["city"]), same]).row(4)).toEqual({ city: "Łódź" });
    const other = frameOf({ city: ["Łódź"] });
    expect(() => concatFrames([same, other])).toThrow(refusing("FRAME_COLUMN_KIND"));
    expect(() => concatFrames([frame, same])).toThrow(refusing("FRAME_COLUMN_MISSING"));
  });

  it("refuses what makes no table", () => {
    const x = numberColumn("x", [1, 2]);
    expect(() => new Frame([x, numberColumn("y", [1])])).toThrow(refusing("FRAME_LENGTHS_DIFFER"));
    expect(() => new Frame([x, x])).toThrow(refusing("FRAME_COLUMN_TWICE"));
    expect(() => frame.column("song")).toThrow(refusing("FRAME_COLUMN_MISSING"));
    expect(() => frame.numbers("city")).toThrow(refusing("FRAME_COLUMN_KIND"));
    expect(() => frame.categories("plays")).toThrow(refusing("FRAME_COLUMN_KIND"));
    expect(() => frame.take([4])).toThrow(refusing("FRAME_ROW_RANGE"));
    expect(() => frame.take([0.5])).toThrow(refusing("FRAME_ROW_RANGE"));
    expect(() => frame.row(-1)).toThrow(refusing("FRAME_ROW_RANGE"));
    expect(() => frame.split([1])).toThrow(refusing("FRAME_LENGTHS_DIFFER"));
    expect(() => codedColumn("c", Int32Array.of(1), ["a"])).toThrow(refusing("FRAME_CODE_RANGE"));
  });

  it("says what is wrong and what to do", () => {
    expect(() => frame.column("song")).toThrow(
      'The table has no column "song" (it has: plays, city).',
    );
  });
});

describe("the hash of a frame", () => {
  it("never changes for the same content", () => {
    expect(frame.hash()).toMatchInlineSnapshot(
      `"afc734dfe5e608d228ac0255ecaea5baf5dff3e6c3f0bf53eea320e919169f82"`,
    );
    expect(frame.hash()).toBe(frame.hash());
  });

  it("is the same for a view, a copy, and NaN of any pattern", () => {
    expect(frame.view(0).hash()).toBe(frame.hash());
    expect(frame.take([0, 1, 2, 3]).hash()).toBe(frame.hash());
    const odd = new Float64Array(new Uint32Array([7, 0xfff80000]).buffer);
    const usual = Float64Array.of(Number.NaN);
    expect(frameOf({ x: odd }).hash()).toBe(frameOf({ x: usual }).hash());
  });

  it("differs for other names, orders, kinds and values", () => {
    const values = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(values, fc.nat(8), (numbers, at) => {
        const changed = numbers.map((value, i) => (i === at % numbers.length ? value + 1 : value));
        fc.pre(!changed.every((value, i) => value === numbers[i]));
        expect(frameOf({ x: changed }).hash()).not.toBe(frameOf({ x: numbers }).hash());
      }),
    );
    expect(frameOf({ y: [1] }).hash()).not.toBe(frameOf({ x: [1] }).hash());
    expect(frame.select(["city", "plays"]).hash()).not.toBe(frame.hash());
    const a = new Frame([categoryColumn("c", ["x", "y"])]);
    expect(new Frame([categoryColumn("c", ["x", "z"])]).hash()).not.toBe(a.hash());
  });
});
