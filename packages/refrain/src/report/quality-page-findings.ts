import { exampleText, type Finding, findingPlace } from "../lake/index.js";
import { html, type Markup } from "./markup.js";
import { formatNumber, formatShare } from "./numbers.js";
import { table, withRange } from "./parts.js";

/** Findings of one severity as a table: where, what, how many, for example. */
export function findingsTable(caption: string, findings: readonly Finding[]): Markup {
  return table({
    caption,
    columns: [
      { title: "Where" },
      { title: "What", kind: "prose" },
      { title: "Count", kind: "number" },
      { title: "For example" },
    ],
    rows: findings.map((finding) => [
      withRange(findingPlace(finding), finding.code),
      finding.message,
      finding.share === null
        ? finding.count
        : withRange(formatNumber(finding.count), formatShare(finding.share)),
      examples(finding),
    ]),
  });
}

function examples({ examples: found }: Finding): Markup | null {
  const texts = found.map(exampleText).filter((text) => text !== "");
  return texts.length === 0 ? null : html`${texts.map((text) => html`${text}<br>`)}`;
}
