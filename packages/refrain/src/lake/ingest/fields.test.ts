import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitFields } from "./fields.js";

describe("splitting a line", () => {
  it("splits at the delimiter alone where nothing is quoted", () => {
    expect(splitFields('a|"b|c', "|", false)).toEqual(["a", '"b', "c"]);
    expect(splitFields("", "|", false)).toEqual([""]);
  });

  it("refuses a quoted field that does not end, or goes on after its end", () => {
    expect(splitFields('"a,b', ",", true)).toBeUndefined();
    expect(splitFields('"a"b,c', ",", true)).toBeUndefined();
    expect(splitFields('a,"b"" ', ",", true)).toBeUndefined();
  });

  it("takes a quote within a field for a character", () => {
    expect(splitFields('5\'9",b"b', ",", true)).toEqual(["5'9\"", 'b"b']);
  });

  it("gives back what was quoted, whatever the texts", () =>
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (texts) => {
        const line = texts.map((text) => `"${text.replaceAll('"', '""')}"`).join(";");
        expect(splitFields(line, ";", true)).toEqual(texts);
      }),
    ));
});
