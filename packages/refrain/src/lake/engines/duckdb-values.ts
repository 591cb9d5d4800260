import {
  type DuckDBDataChunk,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from "@duckdb/node-api";
import type { SqlColumn, SqlRow } from "../engine.js";

/** A row of DuckDB values as plain JavaScript values. */
export function toPlainRow(row: Record<string, DuckDBValue>): SqlRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toPlain(value)]));
}

function toPlain(value: DuckDBValue): unknown {
  if (typeof value === "bigint") {
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
  if (value instanceof DuckDBListValue) return value.items.map(toPlain);
  if (value instanceof DuckDBMapValue) {
    const entries = value.entries.map(({ key, value: item }) => [String(key), toPlain(item)]);
    return Object.fromEntries(entries);
  }
  if (value instanceof DuckDBStructValue) return toPlainRow(value.entries as never);
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  if (value instanceof DuckDBTimestampValue) return value.toString().replace(" ", "T");
  if (value instanceof DuckDBDateValue) return value.toString();
  return value !== null && typeof value === "object" ? value.toString() : value;
}

const textTypes = new Set([DuckDBTypeId.VARCHAR, DuckDBTypeId.ENUM, DuckDBTypeId.UUID]);

/** One result column as a typed array (numbers, booleans, dates as days, times as µs) or texts. */
export function toTypedColumn(
  name: string,
  type: DuckDBType,
  chunks: readonly DuckDBDataChunk[],
  at: { readonly index: number; readonly rowCount: number },
): SqlColumn {
  if (textTypes.has(type.typeId)) {
    const texts: (string | null)[] = [];
    for (const chunk of chunks) {
      const vector = chunk.getColumnVector(at.index);
      const { rowCount } = chunk;
      for (let row = 0; row < rowCount; row++) {
        const item = vector.getItem(row);
        texts.push(item === null ? null : String(item));
      }
    }
    return { name, kind: "text", values: texts };
  }
  const values = new Float64Array(at.rowCount);
  let offset = 0;
  for (const chunk of chunks) {
    const vector = chunk.getColumnVector(at.index);
    const { rowCount } = chunk;
    for (let row = 0; row < rowCount; row++) values[offset++] = toNumber(vector.getItem(row));
  }
  return { name, kind: "number", values };
}

function toNumber(value: DuckDBValue): number {
  if (value === null) return Number.NaN;
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  if (value instanceof DuckDBDateValue) return value.days;
  if (value instanceof DuckDBTimestampValue) return Number(value.micros);
  return Number(value);
}
