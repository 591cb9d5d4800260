import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { churnFeatures } from "./churn-set.js";
import { columnNames, type FeatureSet, isRatio } from "./declaration.js";
import { premiumFeatures } from "./premium-set.js";

/** The page of a set, printed from its declarations. */
function pageOf(set: FeatureSet, title: string, words: readonly string[]): string {
  const keys = set.keys.map(({ name, unit, doc }) => row(name, unit || "–", doc));
  const labels = set.labels.map(({ name, doc }) => row(name, "label", doc));
  const features = set.features.flatMap((feature) => {
    if (!isRatio(feature) && feature.hidden) return [];
    const windows = isRatio(feature) || feature.windows === "month" ? [] : feature.windows;
    return columnNames(feature).map((name, index) => {
      const days = windows[index] === 1 ? "day" : `${windows[index]} days`;
      const doc = feature.doc.replaceAll("{days} days", days);
      const needs = feature.needs ? ` Needs: ${feature.needs.what}.` : "";
      return row(name, feature.unit || "–", `${doc}${needs}`);
    });
  });
  return [
    `# ${title}`,
    "<!-- Printed from the declarations: npx vitest run reference-pages --update -->",
    `${set.doc} Version ${set.version}. ${words.join(" ")}`,
    ["| column | unit | definition |", "|---|---|---|", ...keys, ...labels, ...features].join("\n"),
    ...(set.extras.length > 0
      ? [
          "## Beside the table",
          "On request (`extras`), in a file `NAME-extras.csv` with the same keys.",
          ["| column | definition |", "|---|---|", ...set.extras.map(extraRow)].join("\n"),
        ]
      : []),
    "## Limits",
    set.limits.map((limit) => `- ${limit}`).join("\n"),
    "Entity columns that may be read although they carry no time " +
      "(the leak gate changes every other one): " +
      `${set.timeless.map((name) => `\`${name}\``).join(", ")}.`,
  ]
    .join("\n\n")
    .concat("\n");
}

function row(name: string, unit: string, doc: string): string {
  return `| \`${name}\` | ${unit} | ${doc} |`;
}

function extraRow({ name, doc }: { readonly name: string; readonly doc: string }): string {
  return `| \`${name}\` | ${doc} |`;
}

const page = (name: string): string =>
  fileURLToPath(new URL(`../../../../docs/reference/${name}.md`, import.meta.url));

describe("the reference pages", () => {
  it("say what the declarations say", async () => {
    await expect(
      pageOf(churnFeatures(), "Churn features", [
        "A cutoff is the first moment of a calendar day; windows are the days before it.",
        "Sums of seconds are exact to the millisecond.",
        "A column whose need the log lacks is left out and listed as unavailable.",
      ]),
    ).toMatchFileSnapshot(page("features-churn"));
    await expect(
      pageOf(premiumFeatures(), "Premium features", [
        "The cutoff of a row is the end of its month; events from the first purchase on are out,",
        "so a row exists for a month with any event before the purchase.",
        "Counts and sums are 0 and means missing where the month has no play.",
        "Means are sums of values rounded to 9 decimals (loudness, tempo, popularity: 3).",
      ]),
    ).toMatchFileSnapshot(page("features-premium"));
  });
});
