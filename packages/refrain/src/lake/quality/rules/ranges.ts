import { type ColumnContract, tables } from "../../../events/index.js";
import { quoteName } from "../../sql-text.js";
import { kindOf, type QualityContext, rawOf, typedExamples } from "../context.js";
import type { Finding } from "../report.js";
import { typedView } from "../typed-tables.js";
import { counted, percent, type Rule } from "./rule.js";

/** A column of numbers of a typed table. */
interface NumberColumn {
  readonly table: string;
  readonly column: string;
  readonly contract: ColumnContract;
}

/** Columns of numbers, by typed table. */
export function numberColumns(context: QualityContext): NumberColumn[] {
  return [...context.typed].flatMap(([table, columns]) =>
    columns.flatMap((column): NumberColumn[] => {
      const contract = tables[table]?.columns[column];
      const isNumber = contract?.type === "integer" || contract?.type === "real";
      return contract && isNumber ? [{ table, column, contract }] : [];
    }),
  );
}

/** A finding in a typed column, under the names of the input. */
export function typedFinding(
  context: QualityContext,
  at: { readonly table: string; readonly column: string },
  found: Omit<Finding, "table" | "column" | "examples">,
  texts: readonly string[],
): Finding {
  return {
    ...found,
    table: rawOf(context, at.table, at.column)?.table.kind ?? kindOf(context, at.table),
    column: rawOf(context, at.table, at.column)?.column.name ?? at.column,
    examples: typedExamples(context, at, texts),
  };
}

/** Numbers outside the range that their meaning allows. */
export const outOfRange: Rule = {
  code: "OUT_OF_RANGE",
  finds: "numbers outside the contract's range, such as a share above 1 or a tempo of 0",
  async find(context) {
    const findings: Finding[] = [];
    for (const at of numberColumns(context)) {
      const { range, unit } = at.contract;
      if (!range) continue;
      const name = quoteName(at.column);
      const outside = `${name} < ${range[0]} OR ${name} > ${range[1]}`;
      const [row] = await context.engine.rows(
        `SELECT count(*) FILTER (${outside}) AS "n", count(${name}) AS "present", ` +
          `min(${name}) FILTER (${outside}) AS "low", max(${name}) FILTER (${outside}) AS "high" ` +
          `FROM ${typedView(at.table)}`,
      );
      const count = Number(row?.["n"] ?? 0);
      if (count === 0) continue;
      const worst = await context.engine.rows(
        `SELECT DISTINCT ${name} AS "v" FROM ${typedView(at.table)} WHERE ${outside} ` +
          `ORDER BY greatest(${range[0]} - ${name}, ${name} - ${range[1]}) DESC, 1 LIMIT 200`,
      );
      const share = count / Number(row?.["present"]);
      const of = unit === undefined ? "" : ` ${unit}`;
      const [low, high] = [Number(row?.["low"]), Number(row?.["high"])];
      const spread = low === high ? `${low}` : `${low} to ${high}`;
      const message =
        `${at.column} is outside ${range[0]} to ${range[1]}${of} in ` +
        `${counted(count, "row")} (${percent(share)}): ${spread}.`;
      const texts = worst.map((one) => String(one["v"]));
      findings.push(
        typedFinding(
          context,
          at,
          { code: this.code, count, share, severity: "warning", message },
          texts,
        ),
      );
    }
    return findings;
  },
};

/** Numbers far beyond all others. */
export const farOut: Rule = {
  code: "FAR_OUT",
  finds: "numbers more than ten times as far from the median as 99.9 % of the others are",
  async find(context) {
    const findings: Finding[] = [];
    for (const at of numberColumns(context)) {
      const name = quoteName(at.column);
      const [row] = await context.engine.rows(
        `SELECT count(*) AS "rows", median(${name}) AS "middle", ` +
          `quantile_disc(${name}, 1e-3) AS "low", quantile_disc(${name}, 0.999) AS "high" ` +
          `FROM ${typedView(at.table)} WHERE ${name} IS NOT NULL`,
      );
      const rows = Number(row?.["rows"] ?? 0);
      const [middle, low, high] = ["middle", "low", "high"].map((key) => Number(row?.[key] ?? 0));
      if (rows < 2000 || high === low) continue;
      const far = (from: number, to: number): number => from + 10 * (to - from);
      const outside = `${name} < ${far(middle!, low!)} OR ${name} > ${far(middle!, high!)}`;
      const found = await context.engine.rows(
        `SELECT ${name} AS "v", count(*) AS "n" FROM ${typedView(at.table)} WHERE ${outside} ` +
          `GROUP BY 1 ORDER BY abs("v" - ${middle}) DESC, 1`,
      );
      const count = found.reduce((sum, one) => sum + Number(one["n"]), 0);
      if (count === 0) continue;
      const texts = found.map((one) => String(one["v"]));
      const message =
        `${at.column} is far beyond all others in ${counted(count, "row")}: up to ` +
        `${texts[0]}, where 99.9 % lie within ${low} to ${high}.`;
      findings.push(
        typedFinding(
          context,
          at,
          { code: this.code, count, share: count / rows, severity: "info", message },
          texts,
        ),
      );
    }
    return findings;
  },
};

/** One number far more often than those beside it. */
export const spike: Rule = {
  code: "SPIKE",
  finds: "one number that stands far more often than its neighbours, such as a popularity of 0",
  async find(context) {
    const findings: Finding[] = [];
    for (const at of numberColumns(context)) {
      const found = await spikeOf(context, at);
      if (!found) continue;
      const { value, count, share, usual } = found;
      const severity = Number(value) === 0 ? "warning" : "info";
      const message =
        `${at.column} is ${value} in ${counted(count, "row")} (${percent(share)}), ` +
        `${timesText(count / Math.max(1, usual))} times as often as the values beside it ` +
        `let expect.`;
      findings.push(
        typedFinding(context, at, { code: this.code, count, share, severity, message }, [value]),
      );
    }
    return findings;
  },
};

function timesText(times: number): string {
  return times >= 10 ? Math.round(times).toLocaleString("en-US") : times.toFixed(1);
}

/**
 * The value that is most above what the values beside it let expect: the greatest of the three on
 * either side; at an end of the range, where counts may fall steeply, their fall carried on.
 */
async function spikeOf(context: QualityContext, at: NumberColumn) {
  const name = quoteName(at.column);
  const beside = (rows: string, step: number): string =>
    `coalesce(max("n") OVER (ORDER BY "v" ROWS BETWEEN ${rows}), ` +
    `"next${-step}" * greatest(1, "next${-step}" / "after${-step}"))`;
  const shifted = (steps: number, direction: number): string =>
    `${direction < 0 ? "lag" : "lead"}("n", ${steps}) OVER (ORDER BY "v")`;
  const [row] = await context.engine.rows(
    `WITH v AS (SELECT ${name} AS "v", count(*) AS "n" FROM ${typedView(at.table)} ` +
      `WHERE ${name} IS NOT NULL GROUP BY 1), ` +
      `s AS (SELECT "v", "n", sum("n") OVER () AS "all", count(*) OVER () AS "distinct", ` +
      `${shifted(1, -1)} AS "next-1", ${shifted(2, -1)} AS "after-1", ` +
      `${shifted(1, 1)} AS "next1", ${shifted(2, 1)} AS "after1" FROM v), ` +
      `b AS (SELECT *, greatest(${beside("3 PRECEDING AND 1 PRECEDING", -1)}, ` +
      `${beside("1 FOLLOWING AND 3 FOLLOWING", 1)}) AS "usual" FROM s) ` +
      `SELECT "v", "n", "usual", "all"::BIGINT AS "all" FROM b ` +
      `WHERE "distinct" >= 20 AND "n" >= 10 AND "n" >= 1.8 * "usual" ` +
      `AND "n" > "usual" + 8 * sqrt("usual") AND "n" > 0.005 * "all" ` +
      `ORDER BY "n" / "usual" DESC, 1 LIMIT 1`,
  );
  if (!row) return undefined;
  const count = Number(row["n"]);
  return {
    value: String(row["v"]),
    count,
    share: count / Number(row["all"]),
    usual: Number(row["usual"]),
  };
}

/** A part that is greater than its whole. */
export const partExceedsWhole: Rule = {
  code: "PART_EXCEEDS_WHOLE",
  finds: "of two numbers of one unit, the one that is never above the other but for a few rows",
  async find(context) {
    const findings: Finding[] = [];
    const columns = numberColumns(context).filter(({ contract }) => contract.unit !== undefined);
    for (const part of columns) {
      for (const whole of columns) {
        if (part === whole || part.table !== whole.table) continue;
        if (part.contract.unit !== whole.contract.unit) continue;
        const finding = await exceeding(context, part, whole.column);
        if (finding) findings.push(finding);
      }
    }
    return findings;
  },
};

async function exceeding(
  context: QualityContext,
  part: NumberColumn,
  whole: string,
): Promise<Finding | undefined> {
  const [p, w] = [quoteName(part.column), quoteName(whole)];
  const [row] = await context.engine.rows(
    `SELECT count(*) AS "rows", count(*) FILTER (${p} > 1.05 * ${w} + 1) AS "n", ` +
      `max(${p}) FILTER (${p} > 1.05 * ${w} + 1) AS "worst" FROM ${typedView(part.table)} ` +
      `WHERE ${p} >= 0 AND ${w} > 0`,
  );
  const [rows, count] = [Number(row?.["rows"] ?? 0), Number(row?.["n"] ?? 0)];
  if (rows < 100 || count === 0 || count > 0.1 * rows) return undefined;
  const message =
    `${part.column} is above ${whole} in ${counted(count, "row")} ` +
    `(${percent(count / rows)}), up to ${Number(row?.["worst"])} ${part.contract.unit}.`;
  const found = {
    code: partExceedsWhole.code,
    count,
    share: count / rows,
    severity: "warning" as const,
    message,
  };
  return typedFinding(context, part, found, [String(row?.["worst"])]);
}
