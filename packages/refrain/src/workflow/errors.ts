import { errorCatalogue } from "@refrain/learn";

const listed = (names: readonly string[]): string =>
  names.length > 30
    ? `${names.slice(0, 30).join(", ")} and ${names.length - 30} more`
    : names.join(", ");

/** Codes of the workflow layer. */
export const workflowErrors = errorCatalogue({
  TABLE_UNREADABLE: {
    status: 422,
    exit: 3,
    problem: (d: { file: string; message: string }) =>
      `${d.file} cannot be read as a table: ${d.message}.`,
    remedy: () => "Give a CSV file with a header line, plain or .gz, or a Parquet file.",
  },
  TABLE_EMPTY: {
    status: 422,
    exit: 3,
    problem: (d: { file: string }) => `${d.file} has no rows.`,
    remedy: () => "Give a table with a header and at least one row.",
  },
  TABLE_COLUMN_MISSING: {
    status: 422,
    exit: 3,
    problem: (d: { file: string; option: string; column: string; columns: readonly string[] }) =>
      `${d.file} has no column "${d.column}" (it has: ${listed(d.columns)}).`,
    remedy: (d: { option: string }) => `Give ${d.option} the name of one of its columns.`,
  },
  TARGET_NOT_BINARY: {
    status: 422,
    exit: 3,
    problem: (d: { column: string; value: string }) =>
      `The target "${d.column}" holds ${d.value}, and it must be 0 or 1 (or empty where unknown).`,
    remedy: () => "Give --target a column of 0 and 1, or of true and false.",
  },
});
