import { errorCatalogue } from "../foundation/index.js";

/** Codes of the frame layer. */
export const frameErrors = errorCatalogue({
  FRAME_LENGTHS_DIFFER: {
    status: 422,
    exit: 3,
    problem: (d: { column: string; rows: number; expected: number }) =>
      `Column "${d.column}" has ${d.rows} rows where the table has ${d.expected}.`,
    remedy: () => "Give every column the same number of values.",
  },
  FRAME_COLUMN_TWICE: {
    status: 422,
    exit: 3,
    problem: (d: { column: string }) => `The table would have two columns named "${d.column}".`,
    remedy: () => "Rename or drop one of them.",
  },
  FRAME_COLUMN_MISSING: {
    status: 422,
    exit: 3,
    problem: (d: { column: string; columns: readonly string[] }) =>
      `The table has no column "${d.column}" (it has: ${d.columns.slice(0, 20).join(", ")}).`,
    remedy: (d: { column: string }) => `Add a column named "${d.column}", or fit without it.`,
  },
  FRAME_COLUMN_KIND: {
    status: 422,
    exit: 3,
    problem: (d: { column: string; found: string; expected: string }) =>
      `Column "${d.column}" holds ${d.found} where ${d.expected} is expected.`,
    remedy: (d: { expected: string }) => `Give it as ${d.expected}.`,
  },
  FRAME_CODE_RANGE: {
    status: 422,
    exit: 3,
    problem: (d: { column: string; row: number; code: number; size: number }) =>
      `Column "${d.column}" has code ${d.code} in row ${d.row}, and its dictionary has ` +
      `${d.size} entries.`,
    remedy: () => "Use codes from 0 to the size of the dictionary less one, and -1 for missing.",
  },
  FRAME_ROW_RANGE: {
    status: 422,
    exit: 3,
    problem: (d: { row: number; rows: number }) =>
      `Row ${d.row} was asked for, and the table has ${d.rows} rows.`,
    remedy: () => "Ask for whole row numbers from 0 to the number of rows less one.",
  },
  FRAME_FOLDS: {
    status: 422,
    exit: 3,
    problem: (d: { folds: number; units: number }) =>
      `${d.units} rows or groups cannot be dealt into ${d.folds} folds.`,
    remedy: () => "Ask for at least two folds, and no more than there are rows or groups.",
  },
});
