import { basename, resolve } from "node:path";
import type { Finding, QualityReport, Severity } from "../lake/index.js";
import { html, type Markup } from "./markup.js";
import { formatNumber, formatShare } from "./numbers.js";
import { type PageOptions, page, type Section } from "./page.js";
import { callout, type Fact, list, table } from "./parts.js";
import { columnsSection } from "./quality-page-columns.js";
import { comparisonSection } from "./quality-page-comparison.js";
import { findingsTable } from "./quality-page-findings.js";

const severities: readonly (readonly [Severity, string, string])[] = [
  ["error", "Errors", "Rows are lost, or joins go wrong."],
  ["warning", "Warnings", "Look at these before you trust a number that rests on them."],
  ["info", "Good to know", "Nothing is wrong here by itself."],
];

/**
 * The quality report as one HTML file with a small picture of every column. Personal data is
 * masked in the report already.
 */
export async function qualityPage(report: QualityReport): Promise<string> {
  const sections: Section[] = [readSection(report), findingsSection(report)];
  if (report.against) sections.push(comparisonSection(report.against));
  for (const [name, kind] of Object.entries(report.tables)) {
    sections.push(await columnsSection(name, kind));
  }
  sections.push(limitsSection());
  const { delivery, deliveries } = report;
  const all = deliveries.length === 1 ? "one delivery" : `all ${deliveries.length} deliveries`;
  const what = delivery === null ? all : `delivery ${delivery} of ${deliveries.length}`;
  const options: PageOptions = {
    title: `Quality of ${basename(resolve(report.lake))}`,
    subtitle: `${what}, ${Object.keys(report.tables).length} kinds of input`,
    facts: pageFacts(report),
    lead: leadOf(report),
    sections,
  };
  return page(options);
}

function pageFacts(report: QualityReport): Fact[] {
  const { read, kept, rejected, duplicate } = report.rows;
  const share = (count: number): string => (read > 0 ? `${formatShare(count / read)} of them` : "");
  const count = (severity: Severity): number => bySeverity(report, severity).length;
  return [
    { label: "Rows read", value: formatNumber(read) },
    { label: "Kept", value: formatNumber(kept), note: share(kept) },
    { label: "Rejected", value: formatNumber(rejected), note: share(rejected) },
    { label: "Duplicate", value: formatNumber(duplicate), note: share(duplicate) },
    {
      label: "Findings",
      value: report.findings.length,
      note: `${count("error")} errors, ${count("warning")} warnings`,
    },
  ];
}

function bySeverity(report: QualityReport, severity: Severity): Finding[] {
  return report.findings.filter((finding) => finding.severity === severity);
}

function leadOf(report: QualityReport): Markup {
  const errors = bySeverity(report, "error");
  if (errors.length > 0) {
    return callout("bad", "What costs rows", list(errors.slice(0, 5).map((one) => one.message)));
  }
  const warnings = bySeverity(report, "warning");
  if (warnings.length > 0) {
    return callout(
      "warn",
      "No error, but look at",
      list(warnings.slice(0, 5).map((one) => one.message)),
    );
  }
  return callout("good", "Nothing stands out", "No rule found an error or a warning.");
}

function readSection(report: QualityReport): Section {
  const kinds = Object.entries(report.tables).map(([name, kind]) => [
    name,
    kind.files,
    kind.rows,
    kind.kept,
    kind.rejected,
    kind.duplicate,
    kind.firstAt === null ? null : `${day(kind.firstAt)} to ${day(kind.lastAt ?? "")}`,
  ]);
  const number = (title: string) => ({ title, kind: "number" as const });
  const reasons = Object.entries(report.rejectedByReason);
  return {
    title: "What was read",
    body: html`${table({
      caption: "Rows by kind of input",
      columns: [
        { title: "Kind" },
        ...["Files", "Rows", "Kept", "Rejected", "Duplicate"].map(number),
        { title: "Period" },
      ],
      rows: kinds,
    })}${
      reasons.length === 0
        ? html`<p>No row was rejected.</p>\n`
        : table({
            caption: "Rejected rows by reason; refrain rejects lists them with file and line",
            columns: [{ title: "Reason" }, number("Rows"), number("Share")],
            rows: reasons.map(([reason, count]) => [
              reason,
              count,
              formatShare(count / Math.max(1, report.rows.read)),
            ]),
          })
    }`,
  };
}

function findingsSection(report: QualityReport): Section {
  const parts = severities.flatMap(([severity, title, words]) => {
    const found = bySeverity(report, severity);
    return found.length === 0
      ? []
      : [
          html`<h3>${title} (${found.length})</h3>\n<p class="faint">${words}</p>\n`,
          findingsTable(title, found),
        ];
  });
  return {
    title: "Findings",
    body: parts.length > 0 ? parts : html`<p>No rule found anything.</p>\n`,
  };
}

function limitsSection(): Section {
  return {
    title: "How to read this",
    body: list([
      "Missing values, shapes and types are counted in the files as they came, rejected rows " +
        "included; ends of ranges, means and what joins tables come from the rows that were kept.",
      "Distinct values are exact up to 512 a column, and up to 5 million rows for columns that " +
        "are kept; beyond, their standard error is 4.4 %. Quantiles are within 2.2 %.",
      "Counts that begin with “about” are scaled up from the 512 values of a column that are kept.",
      "Personal data is shown as a pattern: letters as a, digits as 9.",
      "A rule knows no file, column or value of any service; what each one means and what to do " +
        "about it stands in docs/reference/quality-rules.md.",
    ]),
  };
}

function day(time: string): string {
  return time.slice(0, 10);
}
