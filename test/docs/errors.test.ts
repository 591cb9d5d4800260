import { describe, expect, it } from "vitest";
import { declaredCodes, errorsPage } from "../../tools/error-codes.js";
import { checkoutFiles, readText } from "../../tools/source-files.js";

const codes = await declaredCodes();
const tests = checkoutFiles(/\.test\.ts$/)
  .filter((file) => !file.startsWith("test/docs/"))
  .map(readText)
  .join("\n");

describe("the error catalogue", () => {
  it("declares each code once", () => {
    const names = codes.map(({ code }) => code);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(names.length).toBeGreaterThan(20);
  });

  it("is what docs/reference/errors.md says (npx tsx tools/write-errors-page.ts)", () => {
    expect(readText("docs/reference/errors.md")).toBe(errorsPage(codes));
  });

  it.each(codes.map(({ code }) => code))("%s is provoked by a test", (code) => {
    expect(tests).toMatch(new RegExp(`\\b${code}\\b`));
  });
});
