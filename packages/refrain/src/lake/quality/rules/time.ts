import { tables, undatedDay } from "../../../events/index.js";
import { quoteName } from "../../sql-text.js";
import { kindOf, type QualityContext } from "../context.js";
import type { Finding } from "../report.js";
import { typedView } from "../typed-tables.js";
import { typedFinding } from "./ranges.js";
import { counted, percent, type Rule } from "./rule.js";

const dayMs = 86_400_000;
const strayDays = 180;

/** Events a day, gaps filled with 0; `first` is day 0. */
interface Days {
  readonly first: number;
  readonly counts: readonly number[];
}

async function daysOf(context: QualityContext, table: string): Promise<Days | undefined> {
  const rows = await context.engine.rows(
    `SELECT epoch_ms("event_date"::TIMESTAMP) AS "day", count(*) AS "n" FROM ${typedView(table)} ` +
      `WHERE "event_date" IS NOT NULL AND "event_date" <> DATE '${undatedDay}' GROUP BY 1 ` +
      `ORDER BY 1`,
  );
  const days = withoutStrays(
    rows.map((row) => ({ day: Number(row["day"]) / dayMs, n: Number(row["n"]) })),
  );
  const first = days[0]?.day;
  if (first === undefined) return undefined;
  const counts = new Array<number>(days.at(-1)!.day - first + 1).fill(0);
  for (const { day, n } of days) counts[day - first] = n;
  return { first, counts };
}

interface Day {
  readonly day: number;
  readonly n: number;
}

/** Leaves out a few events half a year and more from the rest; they are a finding of their own. */
function withoutStrays(days: readonly Day[]): readonly Day[] {
  const few = 0.005 * days.reduce((sum, { n }) => sum + n, 0);
  let [from, to] = [0, days.length];
  let [before, after] = [0, 0];
  for (const [at, { day, n }] of days.entries()) {
    before += n;
    const next = days[at + 1]?.day ?? day;
    if (before <= few && next - day > strayDays) from = at + 1;
  }
  for (let at = days.length - 1; at > 0; at--) {
    after += days[at]!.n;
    if (after <= few && days[at]!.day - days[at - 1]!.day > strayDays) to = at;
  }
  return days.slice(from, to);
}

function eventTables(context: QualityContext): string[] {
  return [...context.typed.keys()].filter((table) => tables[table]?.nature === "event");
}

function dayText(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

/** A kind of event that begins late or ends early. */
export const partOfPeriod: Rule = {
  code: "PART_OF_PERIOD",
  finds: "kinds of events that stand in only a part of the period that the log covers",
  async find(context) {
    const days = new Map<string, Days>();
    for (const table of eventTables(context)) {
      const own = await daysOf(context, table);
      if (own) days.set(table, own);
    }
    const starts = [...days.values()].map(({ first }) => first);
    const ends = [...days.values()].map(({ first, counts }) => first + counts.length - 1);
    const [start, end] = [Math.min(...starts), Math.max(...ends)];
    const span = end - start + 1;
    return [...days].flatMap(([table, { first, counts }]): Finding[] => {
      const count = counts.reduce((sum, n) => sum + n, 0);
      const missing = span - counts.length;
      const share = missing / span;
      // Events spread evenly leave out so long an end of the period with this likelihood.
      const likelihood = (1 - share) ** count;
      if (share < 0.1 || likelihood > 1e-4) return [];
      const last = first + counts.length - 1;
      return [
        {
          code: this.code,
          table: kindOf(context, table),
          column: null,
          count: missing,
          share,
          severity: "warning",
          message:
            `${table} events stand only from ${dayText(first)} to ${dayText(last)}; the log ` +
            `covers ${dayText(start)} to ${dayText(end)}.`,
          examples: [{ file: null, line: null, value: `${dayText(first)} to ${dayText(last)}` }],
        },
      ];
    });
  },
};

/** Days on which nothing, or next to nothing, was logged. */
export const timeGap: Rule = {
  code: "TIME_GAP",
  finds: "days without events, or with hardly any, amid days with many",
  async find(context) {
    const findings: Finding[] = [];
    for (const table of eventTables(context)) {
      const days = await daysOf(context, table);
      if (!days || days.counts.length < 5) continue;
      const sorted = [...days.counts].sort((a, b) => a - b);
      const usual = sorted[Math.floor(sorted.length / 2)]!;
      // With 20 a day a day of none comes by chance once in 5e8 days.
      if (usual < 20) continue;
      const thin = days.counts.flatMap((n, at) => (n < 0.05 * usual ? [at] : []));
      if (thin.length === 0) continue;
      const texts = thin.map((at) => dayText(days.first + at));
      const none = thin.filter((at) => days.counts[at] === 0).length;
      findings.push({
        code: this.code,
        table: kindOf(context, table),
        column: null,
        count: thin.length,
        share: thin.length / days.counts.length,
        severity: "warning",
        message:
          `On ${counted(thin.length, "day")} of ${days.counts.length} there are hardly any ` +
          `${table} events (${none} of them without any), where ` +
          `${usual.toLocaleString("en-US")} a day are usual: ` +
          `${texts.slice(0, 4).join(", ")}${texts.length > 4 ? ", …" : ""}.`,
        examples: texts.slice(0, 3).map((value) => ({ file: null, line: null, value })),
      });
    }
    return findings;
  },
};

/** Times that cannot be right. */
export const impossibleTime: Rule = {
  code: "IMPOSSIBLE_TIME",
  finds: "events before 1995 or years apart from all others, and dates after the end of the log",
  async find(context) {
    const findings = await strayEvents(context);
    const end = await endOfLog(context);
    for (const [table, columns] of context.typed) {
      for (const column of columns) {
        const contract = tables[table]?.columns[column];
        const dated = contract?.type === "date" || contract?.type === "timestamp";
        if (!contract || !dated || /^(?:event_|arrived_)/.test(column) || end === undefined)
          continue;
        const name = quoteName(column);
        const late = `${name} > TIMESTAMP '${end}' + INTERVAL 366 DAY`;
        const wrong = `${late} OR ${name} < DATE '1850-01-01'`;
        const rows = await context.engine.rows(
          `SELECT CAST(${name} AS VARCHAR) AS "v", count(*) AS "n" FROM ${typedView(table)} ` +
            `WHERE ${wrong} GROUP BY 1 ORDER BY 2 DESC, 1`,
        );
        const count = rows.reduce((sum, row) => sum + Number(row["n"]), 0);
        if (count === 0) continue;
        const message =
          `${column} lies before 1850 or more than a year after the log's end ` +
          `(${end.slice(0, 10)}) in ${counted(count, "row")}.`;
        const texts = rows.slice(0, 3).map((row) => String(row["v"]));
        findings.push(
          typedFinding(
            context,
            { table, column },
            { code: this.code, count, share: null, severity: "warning", message },
            texts,
          ),
        );
      }
    }
    return findings;
  },
};

/** When the middle 99 % of the events end. */
async function endOfLog(context: QualityContext): Promise<string | undefined> {
  const events = eventTables(context);
  if (events.length === 0) return undefined;
  const times = events.map((table) => `SELECT "event_at" FROM ${typedView(table)}`);
  const [row] = await context.engine.rows(
    `SELECT CAST(quantile_disc("event_at", 0.995) AS VARCHAR) AS "end" FROM ` +
      `(${times.join(" UNION ALL ")})`,
  );
  return row?.["end"] === null || row === undefined ? undefined : String(row["end"]);
}

/** Events before there were such logs, or more than two years from the middle 99 %. */
async function strayEvents(context: QualityContext): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const table of eventTables(context)) {
    const view = typedView(table);
    const dated = `"event_date" <> DATE '${undatedDay}'`;
    const [bounds] = await context.engine.rows(
      `SELECT CAST(quantile_disc("event_at", 5e-3) - INTERVAL 2 YEAR AS VARCHAR) AS "low", ` +
        `CAST(quantile_disc("event_at", 0.995) + INTERVAL 2 YEAR AS VARCHAR) AS "high", ` +
        `count(*) AS "n" FROM ${view} WHERE ${dated}`,
    );
    const all = Number(bounds?.["n"] ?? 0);
    if (all === 0) continue;
    const rows = await context.engine.rows(
      `SELECT CAST("event_at" AS VARCHAR) AS "v", count(*) AS "n" FROM ${view} WHERE ` +
        `${dated} AND ` +
        `("event_at" < TIMESTAMP '1995-01-01' OR "event_at" < TIMESTAMP '${bounds?.["low"]}' OR ` +
        `"event_at" > TIMESTAMP '${bounds?.["high"]}') GROUP BY 1 ORDER BY 2 DESC, 1`,
    );
    const count = rows.reduce((sum, row) => sum + Number(row["n"]), 0);
    if (count === 0) continue;
    const share = count / all;
    const texts = rows.slice(0, 3).map((row) => String(row["v"]));
    const events = counted(count, `${table} event`);
    const message =
      `${events} (${percent(share)}) lie years apart from all others, or before 1995: ` +
      `${texts.join(", ")}.`;
    const found = {
      code: impossibleTime.code,
      count,
      share,
      severity: "warning" as const,
      message,
    };
    findings.push(typedFinding(context, { table, column: "event_at" }, found, texts));
  }
  return findings;
}
