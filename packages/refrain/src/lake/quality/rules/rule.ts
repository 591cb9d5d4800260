import type { ColumnContext, QualityContext, TableContext } from "../context.js";
import type { Example, Finding, Severity } from "../report.js";

/** One rule: it looks at the whole context and names what it finds. No rule knows any data. */
export interface Rule {
  readonly code: string;
  /** What it looks for, one sentence. */
  readonly finds: string;
  readonly find: (context: QualityContext) => Finding[] | Promise<Finding[]>;
}

/** A finding in one column of one kind of input. */
export function columnFinding(
  rule: { readonly code: string },
  at: { readonly table: TableContext; readonly column: ColumnContext },
  found: {
    readonly count: number;
    readonly severity: Severity;
    readonly message: string;
    readonly examples: readonly Example[];
    /** What the share is of; the rows of the table where absent. */
    readonly of?: number;
  },
): Finding {
  const { of = at.table.rows, ...rest } = found;
  return {
    code: rule.code,
    table: at.table.kind,
    column: at.column.name,
    share: of > 0 ? found.count / of : null,
    ...rest,
  };
}

/** All columns of all kinds of input. */
export function eachColumn(
  context: QualityContext,
  look: (at: { table: TableContext; column: ColumnContext }) => Finding | undefined,
): Finding[] {
  return context.tables.flatMap((table) =>
    table.columns.flatMap((column) => look({ table, column }) ?? []),
  );
}

/** `1 row`, `2,345 rows`. */
export function counted(count: number, what: string): string {
  const plural = /(?:[^aeo]y)$/.test(what) ? `${what.slice(0, -1)}ies` : `${what}s`;
  return `${count.toLocaleString("en-US")} ${count === 1 ? what : plural}`;
}

/** A share as per cent with as many digits as it needs. */
export function percent(share: number): string {
  const value = share * 100;
  if (value === 0 || value >= 10) return `${Math.round(value)} %`;
  return `${Number(value.toPrecision(2))} %`;
}
