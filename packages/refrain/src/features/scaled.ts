import { tables } from "../events/index.js";
import { quoteName } from "../lake/index.js";

/** Decimals kept when a column is summed: its contract's `scale`, 0 for what is no real. */
export function scaleOf(table: string, column: string): number {
  const [owner, name] = column.includes(".") ? column.split(".") : [table, column];
  const contract = tables[owner as string]?.columns[name as string];
  return contract?.type === "real" ? (contract.scale ?? 3) : 0;
}

/**
 * A real value as an integer: round(x · 10^scale), half up, held within ±10^15, so that sums do
 * not depend on their order and cannot overflow.
 * @param expression SQL of a double
 */
export function scaledSql(expression: string, scale: number): string {
  const bound = `1e${15 - scale}`;
  const held = `least(greatest(${expression}, -${bound}), ${bound})`;
  return `CAST(floor(${held} * 1e${scale} + 5e-1) AS BIGINT)`;
}

/** The quotient of an integer sum and a count, scaled back; null when the count is 0. */
export function unscaledMeanSql(sum: string, count: string, scale: number): string {
  const scaled = scale === 0 ? count : `${count} * 1e${scale}`;
  return `CAST(${sum} AS DOUBLE) / nullif(CAST(${scaled} AS DOUBLE), 0)`;
}

/** Quoted columns, separated by commas. */
export function names(...columns: readonly string[]): string {
  return columns.map(quoteName).join(", ");
}
