import { describe, expect, it } from "vitest";
import { checkoutFiles, readText } from "../../tools/source-files.js";

const sources = checkoutFiles(/\.(ts|js|mjs)$/).filter((file) => !file.includes("/assembly/"));

describe("style that the linter does not hold", () => {
  it("lines are at most 100 columns, comments and strings included", () => {
    const wide = sources.flatMap((file) =>
      readText(file)
        .split("\n")
        .flatMap((line, index) =>
          [...line].length > 100 ? [`${file}:${index + 1}: ${[...line].length} columns`] : [],
        ),
    );
    expect(wide).toEqual([]);
  });

  it("src holds folders and index.ts only, at most three deep, none of them a drawer", () => {
    const inner = checkoutFiles(/^packages\/[^/]+\/src\//).map((file) => [
      file,
      file.split("/").slice(3),
    ]) as [string, string[]][];
    const faults = inner
      .filter(
        ([, parts]) =>
          (parts.length === 1 && parts[0] !== "index.ts") ||
          parts.length > 5 ||
          parts.some((part) => /^(utils?|helpers?|common|misc|shared)(\.ts)?$/.test(part)),
      )
      .map(([file]) => `${file}: a helper belongs to the layer whose words it uses`);
    expect(faults).toEqual([]);
    expect(inner.length).toBeGreaterThan(150);
  });

  it("nothing is random but by a seed, and no type is switched off", () => {
    const pattern = /Math\.random\(|@ts-ignore|@ts-nocheck|\bas any\b|:\s*any\b/;
    const faults = sources.filter(
      (file) => file.startsWith("packages/") && pattern.test(readText(file)),
    );
    expect(faults).toEqual([]);
  });
});
