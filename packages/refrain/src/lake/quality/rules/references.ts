import { tables } from "../../../events/index.js";
import { quoteName } from "../../sql-text.js";
import { kindOf, placedTexts, type QualityContext } from "../context.js";
import type { Finding } from "../report.js";
import { typedView } from "../typed-tables.js";
import { typedFinding } from "./ranges.js";
import { counted, percent, type Rule } from "./rule.js";

/** A column whose values must be keys of an entity. */
interface Reference {
  readonly table: string;
  readonly column: string;
  readonly entity: string;
  readonly key: string;
}

/** References of the contract, and columns named like the key of an entity. */
function references(context: QualityContext): Reference[] {
  const found: Reference[] = [];
  for (const [table, columns] of context.typed) {
    for (const column of columns) {
      const declared = tables[table]?.columns[column]?.references?.split(".")[0];
      const named = Object.values(tables).find(
        ({ key, name }) => key === column && name === key.replace(/_id$/, ""),
      );
      const entity = declared ?? named?.name;
      const key = entity === undefined ? undefined : tables[entity]?.key;
      if (entity === undefined || key === undefined || entity === table) continue;
      if (context.typed.has(entity)) found.push({ table, column, entity, key });
    }
  }
  return found;
}

/** Keys that no row of the entity has. */
export const danglingReference: Rule = {
  code: "DANGLING_REFERENCE",
  finds: "ids that the table they point to does not have, such as plays of unknown tracks",
  async find(context) {
    const findings: Finding[] = [];
    for (const at of references(context)) {
      const own = quoteName(at.column);
      const unknown =
        `FROM ${typedView(at.table)} WHERE ${own} IS NOT NULL AND ${own} NOT IN ` +
        `(SELECT ${quoteName(at.key)} FROM ${typedView(at.entity)} WHERE ` +
        `${quoteName(at.key)} IS NOT NULL)`;
      const [row] = await context.engine.rows(
        `SELECT count(*) AS "n", count(DISTINCT ${own}) AS "ids", ` +
          `(SELECT count(${own}) FROM ${typedView(at.table)}) AS "all" ${unknown}`,
      );
      const count = Number(row?.["n"] ?? 0);
      if (count === 0) continue;
      const some = await examplesAmong(context, at, unknown);
      const share = count / Number(row?.["all"]);
      const entity = kindOf(context, at.entity);
      const rows = counted(count, `${at.table} row`);
      const ids = counted(Number(row?.["ids"]), at.column);
      const message = `${rows} (${percent(share)}) name ${ids} that ${entity} does not have.`;
      const severity = share >= 0.5 ? "error" : "warning";
      findings.push(
        typedFinding(context, at, { code: this.code, count, share, severity, message }, some),
      );
    }
    return findings;
  },
};

/** Prefers values whose line the profile knows. */
async function examplesAmong(
  context: QualityContext,
  at: { readonly table: string; readonly column: string },
  rowsOf: string,
): Promise<string[]> {
  const known = placedTexts(context, at);
  const rows = await context.engine.rows(
    `SELECT ${quoteName(at.column)} AS "v", list_contains($known, "v") AS "located" ${rowsOf} ` +
      `GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 3`,
    { known: known.length > 0 ? known : [""] },
  );
  return rows.map((row) => String(row["v"]));
}

/** Entities that no event ever names. */
export const unusedEntity: Rule = {
  code: "UNUSED_ENTITY",
  finds: "rows of an entity that no event names, such as tracks never played",
  async find(context) {
    const findings: Finding[] = [];
    const events = references(context).filter(({ table }) => tables[table]?.nature === "event");
    const groups = new Map<string, Reference[]>();
    for (const one of events) groups.set(one.entity, [...(groups.get(one.entity) ?? []), one]);
    for (const [entity, from] of groups) {
      const key = from[0]!.key;
      const named = from.map(
        ({ table, column }) => `SELECT ${quoteName(column)} AS "k" FROM ${typedView(table)}`,
      );
      const unused =
        `FROM ${typedView(entity)} WHERE ${quoteName(key)} NOT IN ` +
        `(SELECT "k" FROM (${named.join(" UNION ")}) WHERE "k" IS NOT NULL)`;
      const [row] = await context.engine.rows(
        `SELECT count(*) AS "n", (SELECT count(*) FROM ${typedView(entity)}) AS "all" ${unused}`,
      );
      const count = Number(row?.["n"] ?? 0);
      if (count === 0) continue;
      const share = count / Number(row?.["all"]);
      const at = { table: entity, column: key };
      const some = await examplesAmong(context, at, unused);
      const kinds = [...new Set(from.map(({ table }) => table))].join(", ");
      const message =
        `${counted(count, "row")} of ${kindOf(context, entity)} (${percent(share)}) are ` +
        `never named by any event (${kinds}).`;
      findings.push(
        typedFinding(
          context,
          at,
          { code: this.code, count, share, severity: "info", message },
          some,
        ),
      );
    }
    return findings;
  },
};
