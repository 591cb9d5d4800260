import type { ColumnContext, QualityContext, TableContext } from "./context.js";
import { logBins } from "./histogram.js";
import { shown } from "./masking.js";
import type { Bin, ColumnChange, DeliveryChange, Finding } from "./report.js";
import { counted, percent } from "./rules/rule.js";

const worthShare = 0.02;
const worthStability = 0.1;
const severeStability = 0.25;

/** Compares this part of a lake with an earlier delivery, from their raw profiles. */
export function compareDeliveries(
  now: QualityContext,
  before: QualityContext,
  delivery: string,
): DeliveryChange {
  const kinds = [...new Set([...now.tables, ...before.tables].map(({ kind }) => kind))];
  const columns: ColumnChange[] = [];
  const tables: [string, DeliveryChange["tables"][string]][] = [];
  for (const kind of kinds) {
    const [a, b] = [before, now].map((side) => side.tables.find((table) => table.kind === kind));
    const names = (table: TableContext | undefined): string[] =>
      table?.columns.map((column) => column.name) ?? [];
    const [had, has] = [names(a), names(b)];
    tables.push([
      kind,
      {
        rowsBefore: a?.profile.rows ?? 0,
        rowsNow: b?.profile.rows ?? 0,
        columnsCame: a ? has.filter((name) => !had.includes(name)) : [],
        columnsWent: b ? had.filter((name) => !has.includes(name)) : [],
      },
    ]);
    if (a && b) {
      for (const name of has.filter((one) => had.includes(one))) columns.push(change(a, b, name));
    }
  }
  const known = { delivery, tables: Object.fromEntries(tables), columns };
  return { ...known, findings: findingsOf(known) };
}

function change(a: TableContext, b: TableContext, name: string): ColumnChange {
  const [before, now] = [a, b].map((table) => table.columns.find((one) => one.name === name)!);
  const share = (column: ColumnContext, table: TableContext): number =>
    table.rows > 0 ? column.profile.missing / table.rows : 0;
  return {
    table: b.kind,
    column: name,
    missingBefore: share(before!, a),
    missingNow: share(now!, b),
    ...stabilityOf(before!, now!),
    ...vocabularyOf(before!, now!),
  };
}

/** Values of short lists that came and went. */
function vocabularyOf(
  before: ColumnContext,
  now: ColumnContext,
): Pick<ColumnChange, "valuesCame" | "valuesWent"> {
  const short = (column: ColumnContext): boolean =>
    column.profile.values.complete && column.values.length <= 200 && column.type !== "list";
  if (!short(before) || !short(now) || before.isId) return { valuesCame: [], valuesWent: [] };
  const minus = (a: ColumnContext, b: ColumnContext): string[] => {
    const known = new Set(b.values.map((value) => value.text));
    return a.values
      .filter((value) => !known.has(value.text))
      .slice(0, 10)
      .map((value) => shown(value.text, a.personal ?? b.personal));
  };
  return { valuesCame: minus(now, before), valuesWent: minus(before, now) };
}

/** Σ (p - q) ln(p / q) over shared bins, with half a row added to each bin. */
function stabilityOf(
  before: ColumnContext,
  now: ColumnContext,
): Pick<ColumnChange, "stability" | "binning"> {
  const nothing = { stability: null, binning: null };
  if (before.isId || now.isId || before.personal !== null) return nothing;
  const numbers = [before, now].map((column) => logBins(column.profile.numbers));
  const numeric = before.type === "integer" || before.type === "real";
  if (numeric && numbers.every((bins) => bins.length > 0)) {
    const [a, b] = decileCounts(numbers[0]!, numbers[1]!);
    return { stability: index(a, b), binning: "deciles of the earlier delivery" };
  }
  const list = (column: ColumnContext): boolean =>
    column.profile.values.complete && column.values.length <= 50 && column.type !== "list";
  if (!list(before) || !list(now) || before.values.length === 0) return nothing;
  const texts = [...new Set([...before.values, ...now.values].map((value) => value.text))];
  const counts = (column: ColumnContext): number[] =>
    texts.map((text) => column.values.find((value) => value.text === text)?.count ?? 0);
  return { stability: index(counts(before), counts(now)), binning: "values" };
}

function decileCounts(before: readonly Bin[], now: readonly Bin[]): [number[], number[]] {
  const total = before.reduce((sum, bin) => sum + bin.count, 0);
  const cuts: number[] = [];
  let below = 0;
  for (const bin of before) {
    below += bin.count;
    if (below >= ((cuts.length + 1) / 10) * total && below < total) cuts.push(bin.to);
    while (below >= ((cuts.length + 1) / 10) * total && cuts.length < 9) {
      cuts.push(cuts.at(-1) ?? bin.to);
    }
  }
  const edges = [...new Set(cuts)];
  const counts = (bins: readonly Bin[]): number[] => {
    const sums = new Array<number>(edges.length + 1).fill(0);
    for (const bin of bins) {
      const at = edges.findIndex((edge) => (bin.from + bin.to) / 2 <= edge);
      sums[at < 0 ? edges.length : at]! += bin.count;
    }
    return sums;
  };
  return [counts(before), counts(now)];
}

function index(a: readonly number[], b: readonly number[]): number {
  const shares = (counts: readonly number[]): number[] => {
    const total = counts.reduce((sum, count) => sum + count + 0.5, 0);
    return counts.map((count) => (count + 0.5) / total);
  };
  const [p, q] = [shares(a), shares(b)];
  const sum = p.reduce((all, share, at) => all + (q[at]! - share) * Math.log(q[at]! / share), 0);
  return Number(sum.toFixed(4));
}

function findingsOf({ tables, columns }: Omit<DeliveryChange, "findings">): Finding[] {
  const base = { share: null, examples: [] } as const;
  const ofTables = Object.entries(tables).flatMap(([table, moved]): Finding[] => {
    const { columnsCame, columnsWent, rowsBefore, rowsNow } = moved;
    if (rowsBefore === 0 || rowsNow === 0) {
      const message =
        rowsNow === 0
          ? `${table} was delivered before and is not now.`
          : `${table} was not delivered before.`;
      return [
        {
          ...base,
          code: "TABLE_MOVED",
          table,
          column: null,
          count: rowsNow + rowsBefore,
          severity: "warning",
          message,
        },
      ];
    }
    const named = (verb: string, names: readonly string[]): Finding[] =>
      names.map((column) => ({
        ...base,
        code: "COLUMN_MOVED",
        table,
        column,
        count: verb === "came" ? rowsNow : rowsBefore,
        severity: "warning",
        message: `${column} ${verb} between the deliveries.`,
      }));
    return [...named("came", columnsCame), ...named("went", columnsWent)];
  });
  return [...ofTables, ...columns.flatMap((moved) => columnFindings(moved))];
}

function columnFindings(moved: ColumnChange): Finding[] {
  const { table, column, missingBefore, missingNow, stability, valuesCame, valuesWent } = moved;
  const at = { table, column, share: null, examples: [] };
  const findings: Finding[] = [];
  if (Math.abs(missingNow - missingBefore) >= worthShare) {
    const message =
      `The share of rows without ${column} moved from ${percent(missingBefore)} to ` +
      `${percent(missingNow)}.`;
    findings.push({
      ...at,
      code: "MISSING_MOVED",
      count: 0,
      share: missingNow - missingBefore,
      severity: "warning",
      message,
    });
  }
  if (valuesCame.length + valuesWent.length > 0) {
    const said = [
      valuesCame.length > 0 ? `came ${valuesCame.slice(0, 5).join(", ")}` : "",
      valuesWent.length > 0 ? `went ${valuesWent.slice(0, 5).join(", ")}` : "",
    ].filter((text) => text !== "");
    const count = valuesCame.length + valuesWent.length;
    const words = said.join("; ");
    const message = `The values of ${column} changed by ${counted(count, "value")}: ${words}.`;
    findings.push({ ...at, code: "VOCABULARY_MOVED", count, severity: "info", message });
  }
  if (stability !== null && stability >= worthStability) {
    const message =
      `The distribution of ${column} moved: population stability index ` +
      `${stability.toFixed(2)} over ${moved.binning}.`;
    const severity = stability >= severeStability ? "warning" : "info";
    findings.push({ ...at, code: "DISTRIBUTION_MOVED", count: 0, severity, message });
  }
  return findings;
}
