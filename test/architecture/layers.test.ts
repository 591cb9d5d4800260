import { describe, expect, it } from "vitest";
import { importsOf, layerFault, packages } from "../../tools/layers.js";
import { checkoutFiles, readText } from "../../tools/source-files.js";

const files = checkoutFiles(/^packages\/[^/]+\/src\/.*\.ts$/);

describe("layers", () => {
  it("hold in every file: each import goes down, through an index", () => {
    const faults = files
      .flatMap((file) => importsOf(file, readText(file)))
      .map(layerFault)
      .filter((fault) => fault !== undefined);
    expect(faults).toEqual([]);
  });

  it("are checked over the whole tree, not over an empty list", () => {
    expect(files.length).toBeGreaterThan(150);
    const imports = files.flatMap((file) => importsOf(file, readText(file)));
    expect(imports.length).toBeGreaterThan(500);
  });

  it.each([
    ["packages/refrain/src/lake/a.ts", "../features/index.js", /does not stand before it/],
    ["packages/refrain/src/features/a.ts", "../lake/commit.js", /reaches into/],
    ["packages/refrain/src/tasks/churn/a.ts", "../premium/index.js", /does not stand before it/],
    ["packages/learn/src/frame/a.ts", "refrain", /not below/],
    ["packages/refrain/src/lake/a.ts", "@refrain/learn/dist/x.js", /by its name alone/],
    ["packages/refrain/src/utils/a.ts", "../lake/index.js", /src holds layers/],
    ["packages/refrain/src/lake/a.ts", "../../../learn/src/index.js", /outside its package/],
  ])("%s may not import %s", (file, specifier, message) => {
    expect(layerFault({ file, specifier })).toMatch(message);
  });

  it.each([
    ["packages/refrain/src/features/a.ts", "../lake/index.js"],
    ["packages/refrain/src/lake/quality/a.ts", "../engine.js"],
    ["packages/refrain/src/tasks/churn/a.ts", "../../report/index.js"],
    ["packages/refrain/src/lake/a.ts", "@refrain/learn"],
    ["packages/refrain/src/lake/a.ts", "node:fs"],
    ["packages/refrain/src/index.ts", "./lake/index.js"],
  ])("%s may import %s", (file, specifier) => {
    expect(layerFault({ file, specifier })).toBeUndefined();
  });

  it("sees every way of importing", () => {
    const text = `import a from "./a.js";\nimport {\n  b,\n} from "./b.js";
export { c } from "./c.js";
const d = await import("./d.js");\nimport type { E } from "./e.js";\nimport "./f.js";`;
    expect(importsOf("x.ts", text).map((one) => one.specifier)).toEqual([
      "./a.js",
      "./b.js",
      "./c.js",
      "./d.js",
      "./e.js",
      "./f.js",
    ]);
  });

  it("are printed in ARCHITECTURE.md as they are", () => {
    const page = readText("ARCHITECTURE.md");
    for (const { layers } of packages) {
      const line = layers
        .map((entry) => (typeof entry === "string" ? entry : `{ ${entry.join(", ")} }`))
        .join(" < ");
      expect(page.replace(/\s+/g, " ")).toContain(line);
    }
  });
});
