import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkoutFiles, readText, root } from "../../tools/source-files.js";

const pages = checkoutFiles(/\.md$/);

describe("pages", () => {
  it("link only to what is there", () => {
    const broken = pages.flatMap((page) =>
      [...readText(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map((match) => match[1]!)
        .filter((target) => !existsSync(join(root, dirname(page), target)))
        .map((target) => `${page}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it("decision records have their four parts, and their number once", () => {
    const records = pages.filter((page) => /^docs\/decisions\/\d{4}-/.test(page));
    const numbers = records.map((page) => page.slice(15, 19));
    expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
    for (const page of records) {
      for (const part of ["Context", "Decision", "Consequences", "Refused"]) {
        expect(readText(page), page).toMatch(new RegExp(`^## ${part}`, "m"));
      }
    }
  });

  it("third-party licences are listed for every runtime dependency", () => {
    const packages = checkoutFiles(/^packages\/[^/]+\/package\.json$/).map(
      (file) => JSON.parse(readText(file)) as { dependencies?: Record<string, string> },
    );
    const names = packages.flatMap(({ dependencies }) => Object.keys(dependencies ?? {}));
    const listed = readText("THIRD-PARTY-LICENSES.md");
    for (const name of names.filter((one) => !one.startsWith("@refrain/"))) {
      expect(listed).toContain(`| ${name} |`);
    }
  });
});
