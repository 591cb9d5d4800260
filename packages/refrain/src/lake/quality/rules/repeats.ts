import { tables } from "../../../events/index.js";
import { quoteName } from "../../sql-text.js";
import { kindOf } from "../context.js";
import type { Finding } from "../report.js";
import { typedView } from "../typed-tables.js";
import { typedFinding } from "./ranges.js";
import { counted, percent, type Rule } from "./rule.js";

/** Several rows of one key. */
export const duplicateKey: Rule = {
  code: "DUPLICATE_KEY",
  finds: "several rows of one key in a table of users, tracks, artists",
  async find(context) {
    const findings: Finding[] = [];
    for (const [table, columns] of context.typed) {
      const key = tables[table]?.key;
      if (key === undefined || !columns.includes(key)) continue;
      const rows = await context.engine.rows(
        `SELECT ${quoteName(key)} AS "v", count(*) AS "n", ` +
          `count(DISTINCT (${columns.map(quoteName).join(", ")})) AS "kinds" ` +
          `FROM ${typedView(table)} WHERE ${quoteName(key)} IS NOT NULL ` +
          `GROUP BY 1 HAVING count(*) > 1 ORDER BY 2 DESC, 1`,
      );
      if (rows.length === 0) continue;
      const count = rows.reduce((sum, row) => sum + Number(row["n"]) - 1, 0);
      const unlike = rows.filter((row) => Number(row["kinds"]) > 1).length;
      const [all] = await context.engine.rows(`SELECT count(*) AS "n" FROM ${typedView(table)}`);
      const share = count / Number(all?.["n"]);
      const told =
        unlike > 0 ? `; in ${unlike} of them the rows differ, and the last one counts` : "";
      const message =
        `${counted(rows.length, key)} stand in several rows, ${counted(count, "row")} ` +
        `(${percent(share)}) too many${told}.`;
      findings.push(
        typedFinding(
          context,
          { table, column: key },
          { code: this.code, count, share, severity: "warning", message },
          rows.slice(0, 3).map((row) => String(row["v"])),
        ),
      );
    }
    return findings;
  },
};

/** Rows that came twice. */
export const duplicateRows: Rule = {
  code: "DUPLICATE_ROWS",
  finds: "events that stand twice: the same moment, user and content, or a file delivered twice",
  find: (context) =>
    context.tables.flatMap(({ kind, inputs }) => {
      const count = inputs.reduce((sum, input) => sum + input.rows.duplicate, 0);
      const read = inputs.reduce((sum, input) => sum + input.rows.read, 0);
      if (count === 0) return [];
      const files = inputs.filter((input) => input.rows.duplicate > 0);
      return [
        {
          code: duplicateRows.code,
          table: kind,
          column: null,
          count,
          share: count / read,
          severity: "info" as const,
          message:
            `${counted(count, "row")} of ${kind} (${percent(count / read)}) came twice and ` +
            `were kept once.`,
          examples: files.slice(0, 3).map(({ name }) => ({ file: name, line: null, value: null })),
        },
      ];
    }),
};

/** Equal rows that carry no time of day: two plays of one song on one day look like that. */
export const equalUntimed: Rule = {
  code: "EQUAL_UNTIMED_ROWS",
  finds: "equal rows without a time of day, which are kept as events of their own",
  async find(context) {
    const findings: Finding[] = [];
    for (const [table, columns] of context.typed) {
      if (!columns.includes("timed")) continue;
      const names = columns.map(quoteName).join(", ");
      const [row] = await context.engine.rows(
        `SELECT coalesce(sum("n"), 0)::BIGINT AS "all", coalesce(sum("n" - 1), 0)::BIGINT ` +
          `AS "extra" ` +
          `FROM (SELECT count(*) AS "n" FROM ${typedView(table)} WHERE NOT "timed" GROUP ` +
          `BY ${names})`,
      );
      const [all, count] = [Number(row?.["all"] ?? 0), Number(row?.["extra"] ?? 0)];
      if (count === 0) continue;
      const rows = counted(count, `${table} row`);
      findings.push({
        code: this.code,
        table: kindOf(context, table),
        column: null,
        count,
        share: count / all,
        severity: "info",
        message:
          `${rows} (${percent(count / all)}) equal another one of that day; ` +
          "without a time of day they count as events of their own.",
        examples: [],
      });
    }
    return findings;
  },
};

/** Visits of several users. */
export const sharedSession: Rule = {
  code: "SHARED_SESSION",
  finds: "sessions that several users share",
  async find(context) {
    const from = [...context.typed].filter(
      ([, columns]) => columns.includes("session_id") && columns.includes("user_id"),
    );
    if (from.length === 0) return [];
    const rows = from.map(
      ([table]) => `SELECT "session_id" AS "s", "user_id" AS "u" FROM ${typedView(table)}`,
    );
    const shared = await context.engine.rows(
      `SELECT "s", count(DISTINCT "u") AS "users", (SELECT count(DISTINCT "s") FROM ` +
        `(${rows.join(" UNION ALL ")})) AS "all" ` +
        `FROM (${rows.join(" UNION ALL ")}) WHERE "s" IS NOT NULL GROUP BY 1 ` +
        `HAVING count(DISTINCT "u") > 1 ORDER BY 2 DESC, 1`,
    );
    if (shared.length === 0) return [];
    const share = shared.length / Number(shared[0]?.["all"]);
    const message =
      `${counted(shared.length, "session")} (${percent(share)}) hold events of several ` +
      `users, up to ${Number(shared[0]?.["users"])}.`;
    const found = {
      code: this.code,
      count: shared.length,
      share,
      severity: "warning" as const,
      message,
    };
    const texts = shared.slice(0, 3).map((row) => String(row["s"]));
    return [typedFinding(context, { table: from[0]![0], column: "session_id" }, found, texts)];
  },
};
