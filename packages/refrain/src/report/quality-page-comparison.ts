import type { ColumnChange, DeliveryChange } from "../lake/index.js";
import { html } from "./markup.js";
import { formatShare } from "./numbers.js";
import type { Section } from "./page.js";
import { type Cell, table } from "./parts.js";
import { findingsTable } from "./quality-page-findings.js";

/** Two deliveries side by side: rows, columns that came and went, and how columns moved. */
export function comparisonSection(against: DeliveryChange): Section {
  const number = (title: string) => ({ title, kind: "number" as const });
  const tables = Object.entries(against.tables).map(([name, moved]) => [
    name,
    moved.rowsBefore,
    moved.rowsNow,
    words(moved.columnsCame),
    words(moved.columnsWent),
  ]);
  const columns = [...against.columns]
    .sort((a, b) => (b.stability ?? -1) - (a.stability ?? -1))
    .map(columnRow);
  return {
    title: `Against ${against.delivery}`,
    body: html`${
      against.findings.length === 0
        ? html`<p>Nothing moved by more than chance and rounding.</p>\n`
        : findingsTable("What moved", against.findings)
    }${table({
      caption: "Rows and columns",
      columns: [
        { title: "Kind" },
        number("Rows before"),
        number("Rows now"),
        { title: "Columns that came" },
        { title: "Columns that went" },
      ],
      rows: tables,
    })}${table({
      caption:
        "How columns moved: population stability index Σ (p − q) ln(p / q); " +
        "below 0.1 little, above 0.25 much",
      columns: [
        { title: "Column" },
        number("Missing before"),
        number("Missing now"),
        number("Stability index"),
        { title: "Bins" },
        { title: "Values that came" },
        { title: "Values that went" },
      ],
      rows: columns,
    })}`,
  };
}

function columnRow(moved: ColumnChange): Cell[] {
  return [
    `${moved.table}.${moved.column}`,
    formatShare(moved.missingBefore),
    formatShare(moved.missingNow),
    moved.stability === null ? null : moved.stability.toFixed(3),
    moved.binning,
    words(moved.valuesCame),
    words(moved.valuesWent),
  ];
}

function words(list: readonly string[]): string | null {
  return list.length === 0 ? null : list.join(", ");
}
