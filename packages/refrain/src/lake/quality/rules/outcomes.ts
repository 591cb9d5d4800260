import { join } from "node:path";
import { registerViews } from "../../lake.js";
import { quoteText } from "../../sql-text.js";
import { registerBotVerdicts } from "../../verdicts.js";
import { kindOf, type QualityContext } from "../context.js";
import type { Finding } from "../report.js";
import { counted, percent, type Rule } from "./rule.js";

/** Rows that could not be used, by reason. */
export const rejectedRows: Rule = {
  code: "REJECTED_ROWS",
  finds: "rows that could not be used, by reason and column, with file and line",
  async find(context) {
    const findings: Finding[] = [];
    for (const { kind, inputs } of context.tables) {
      const paths = inputs.flatMap(({ rejects }) =>
        rejects === undefined ? [] : [quoteText(join(context.lake.directory, rejects))],
      );
      const read = inputs.reduce((sum, input) => sum + input.rows.read, 0);
      if (paths.length === 0) continue;
      const rows = await context.engine.rows(
        `SELECT "reason", "column", count(*) AS "n", ` +
          `arg_min("file", ("file", "line"), 3) AS "files", arg_min("line", ("file", ` +
          `"line"), 3) AS "lines" ` +
          `FROM read_parquet([${paths.join(", ")}]) GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2`,
      );
      for (const row of rows) findings.push(rejectedFinding(row, kind, read));
    }
    return findings;
  },
};

function rejectedFinding(
  row: Readonly<Record<string, unknown>>,
  table: string,
  read: number,
): Finding {
  const count = Number(row["n"]);
  const column = row["column"] === null ? null : String(row["column"]);
  const files = row["files"] as readonly unknown[];
  const lines = row["lines"] as readonly unknown[];
  const where = column === null ? "" : ` at ${column}`;
  return {
    code: rejectedRows.code,
    table,
    column,
    count,
    share: count / read,
    severity: count > 0.05 * read ? "error" : "warning",
    message:
      `${counted(count, "row")} of ${table} (${percent(count / read)}) were rejected as ` +
      `${row["reason"]}${where}; refrain rejects shows them.`,
    examples: files.map((file, at) => ({
      file: String(file),
      line: Number(lines[at]),
      value: null,
    })),
  };
}

/** Users who play more than a day in a day. */
export const botDays: Rule = {
  code: "BOT_DAY",
  finds: "days in which a user played more than 24 hours",
  async find(context: QualityContext) {
    if (context.typed.get("play")?.includes("play_seconds") !== true) return [];
    await registerViews(context.engine, context.lake);
    await registerBotVerdicts(context.engine);
    const rows = await context.engine.rows(
      `SELECT "user_id", CAST("event_date" AS VARCHAR) AS "day", "play_ms", "detector" ` +
        `FROM "bot_day" ORDER BY "play_ms" DESC, 1, 2`,
    );
    if (rows.length === 0) return [];
    const [all] = await context.engine.rows(
      `SELECT count(*) AS "n" FROM (SELECT DISTINCT "user_id", "event_date" FROM "play")`,
    );
    const users = new Set(rows.map((row) => row["user_id"])).size;
    const share = rows.length / Number(all?.["n"]);
    const hours = (row: (typeof rows)[number]): string =>
      (Number(row["play_ms"]) / 3.6e6).toFixed(1);
    return [
      {
        code: this.code,
        table: kindOf(context, "play"),
        column: null,
        count: rows.length,
        share,
        severity: "warning" as const,
        message:
          `${counted(users, "user")} played more than 24 hours on ` +
          `${counted(rows.length, "day")} (${percent(share)} of all days with plays), up to ` +
          `${hours(rows[0]!)} hours; detector ${rows[0]?.["detector"]}.`,
        examples: rows.slice(0, 3).map((row) => ({
          file: null,
          line: null,
          value: `user ${row["user_id"]} on ${row["day"]}: ${hours(row)} h`,
        })),
      },
    ];
  },
};
