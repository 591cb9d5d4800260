import type { ColumnReport, Example, Finding, QualityReport, Severity } from "./report.js";
import { percent } from "./rules/rule.js";

const headings: Readonly<Record<Severity, string>> = {
  error: "Errors: rows are lost, or joins go wrong",
  warning: "Warnings",
  info: "Good to know",
};

/** The quality report for a terminal: what was read, what is wrong, and every column in a line. */
export function qualityText(report: QualityReport): string {
  const parts = [summary(report)];
  for (const severity of ["error", "warning", "info"] as const) {
    const found = report.findings.filter((finding) => finding.severity === severity);
    if (found.length > 0) {
      parts.push(`${headings[severity]} (${found.length})`, ...found.map(findingText), "");
    }
  }
  if (report.findings.length === 0) parts.push("No rule found anything.", "");
  if (report.against) {
    const { delivery, findings } = report.against;
    parts.push(`Against delivery ${delivery} (${findings.length})`);
    parts.push(...findings.map(findingText), "");
  }
  for (const [name, table] of Object.entries(report.tables)) {
    const span = table.firstAt === null ? "" : `, ${table.firstAt} to ${table.lastAt}`;
    parts.push(
      `${name}: ${whole(table.rows)} rows in ${table.files} ` +
        `${table.files === 1 ? "file" : "files"}${span}`,
    );
    parts.push(columnsText(table.columns), "");
  }
  return `${printable(parts.join("\n").trimEnd())}\n`;
}

function summary(report: QualityReport): string {
  const { rows } = report;
  const what = report.delivery === null ? "all deliveries" : `delivery ${report.delivery}`;
  const reasons = Object.entries(report.rejectedByReason).map(
    ([code, count]) => `${code} ${whole(count)}`,
  );
  const counts = [
    `${whole(rows.read)} rows read`,
    `${whole(rows.kept)} kept`,
    `${whole(rows.rejected)} rejected${reasons.length > 0 ? ` (${reasons.join(", ")})` : ""}`,
    `${whole(rows.duplicate)} duplicate`,
    `${whole(rows.sampledOut)} sampled out`,
  ];
  return `Quality of ${report.lake}, ${what}\n${counts.join(", ")}\n`;
}

function findingText(finding: Finding): string {
  const lines = [`  ${finding.code}  ${findingPlace(finding)}`, `    ${finding.message}`];
  const examples = finding.examples.map(exampleText).filter((text) => text !== "");
  if (examples.length > 0) lines.push(`    for example ${examples.join("; ")}`);
  return lines.join("\n");
}

/** `sessions.track_id`; of two tables `users.favourite_genres, artists.genres`. */
export function findingPlace({ table, column }: Pick<Finding, "table" | "column">): string {
  if (column === null) return table;
  const [tables, columns] = [table.split(", "), column.split(", ")];
  if (tables.length === 1) return `${table}.${column}`;
  return tables.map((name, at) => `${name}.${columns[at] ?? columns[0]}`).join(", ");
}

/** `users.jsonl line 12: "x"`, as much of it as is known. */
export function exampleText({ file, line, value }: Example): string {
  const place = file === null ? "" : line === null ? file : `${file} line ${line}`;
  const shown = value === null ? "" : JSON.stringify(value);
  return [place, shown].filter((text) => text !== "").join(": ");
}

/** Control characters of values could steer a terminal, or turn the direction of the line. */
function printable(text: string): string {
  return text.replace(/(?!\n)[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "\uFFFD");
}

function columnsText(columns: Readonly<Record<string, ColumnReport>>): string {
  const rows = Object.entries(columns).map(([name, column]) => [
    name,
    column.personal === null ? column.type : `${column.type} (${column.personal}, masked)`,
    `${whole(column.missing)} missing`,
    `${column.distinctExact ? "" : "about "}${whole(column.distinct)} distinct`,
    rangeText(column),
  ]);
  const widths = [0, 1, 2, 3].map((at) => Math.max(0, ...rows.map((row) => row[at]!.length)));
  return rows
    .map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ")}`.trimEnd())
    .join("\n");
}

function rangeText(column: ColumnReport): string {
  const { min, max, top } = column;
  if (min !== null && max !== null) return `${short(min)} to ${short(max)}`;
  const total = top.reduce((sum, { count }) => sum + count, 0);
  if (top.length === 0 || column.distinct > 12) return "";
  return top
    .slice(0, 4)
    .map(({ value, count }) => `${value} ${percent(count / total)}`)
    .join(", ");
}

function short(value: number | string): string {
  return typeof value === "number" ? String(Number(value.toPrecision(6))) : value;
}

function whole(count: number): string {
  return count.toLocaleString("en-US");
}
