import type { ColumnContract } from "../../events/index.js";
import { dateForm, mostlyDates } from "./date-forms.js";
import type { ColumnProfile } from "./profile.js";
import { kindCounts, type ReadValue } from "./values.js";

/** A canonical column that a raw column becomes. */
export interface Target {
  readonly table: string;
  readonly column: string;
  readonly contract: ColumnContract;
}

/** What the type of a column is judged by. */
interface Evidence {
  readonly json: boolean;
  readonly targets: readonly Target[];
}

/** The type that a column has by contract, else the one that most of its values have. */
export function columnType(
  column: ColumnProfile,
  values: readonly ReadValue[],
  { json, targets }: Evidence,
): string {
  const byContract = targets[0]?.contract.type;
  if (byContract !== undefined) return byContract === "texts" ? "list" : byContract;
  const counts = Object.entries(kindCounts(column, json)).sort((a, b) => b[1] - a[1]);
  const most = counts[0]?.[0];
  if (most === undefined) return "empty";
  if (most === "boolean" || most === "list" || most === "object") return most;
  const texts = values.filter((value) => value.kind === most).map((value) => value.text);
  if (most === "number") return texts.every(isWhole) ? "integer" : "real";
  const numeric = texts.filter((text) => /^-?\d+(\.\d+)?$/.test(text));
  if (!json && texts.length > 0 && numeric.length >= 0.95 * texts.length) {
    return numeric.every(isWhole) ? "integer" : "real";
  }
  if (!mostlyDates(texts)) return "text";
  return texts.some((text) => dateForm(text)?.includes("time")) ? "timestamp" : "date";
}

function isWhole(text: string): boolean {
  return /^-?\d+$/.test(text);
}
