import { createReadStream } from "node:fs";
import { access, open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { makeCalendar } from "./calendar.js";
import { simulateErrors } from "./errors.js";
import { truthFiles, truthFormat } from "./truth-files.js";

/** A statement of the truth: one number a listener and day, or a listener and month. */
export type TruthTable = "active" | "silent" | "buys";

/** The truth of a simulation, opened for reading. */
export interface Truth {
  /** First day, `YYYY-MM-DD`. */
  readonly start: string;
  readonly days: number;
  readonly users: number;
  /** Ids of the listeners as the logs have them, in the order of the truth's files. */
  userIds(): Promise<Map<string, number>>;
  /**
   * Statements about listeners at columns (days or months counted from the first).
   * @param users place of each listener, -1 = unknown
   * @param columns day or month of each, as many as users
   * @returns probabilities; NaN where the truth states nothing
   */
  read(table: TruthTable, users: Int32Array, columns: Int32Array): Promise<Float64Array>;
}

/** How many bytes of a truth file are held at once. */
const windowBytes = 8 << 20;

/**
 * Opens the truth that `simulate` wrote.
 * @param directory the simulation's folder, or its `truth` folder
 * @throws TRUTH_NOT_FOUND, TRUTH_VERSION, TRUTH_DAMAGED
 */
export async function openTruth(directory: string): Promise<Truth> {
  const root = await rootOf(directory);
  const summary = await readSummary(root, directory);
  const { start, days, users } = summary;
  const months = makeCalendar(start, days).monthNames.length;
  const columnsOf = { active: days, silent: days, buys: months } as const;
  return {
    start,
    days,
    users,
    userIds: () => readUserIds(join(root, truthFiles.users)),
    async read(table, wanted, columns) {
      const path = join(root, truthFiles[table]);
      const width = columnsOf[table];
      await assertSize(path, users * width * 4, directory);
      return readCells(path, width, { users: wanted, columns });
    },
  };
}

async function rootOf(directory: string): Promise<string> {
  for (const root of [directory, join(directory, "..")]) {
    const found = await access(join(root, truthFiles.summary)).then(
      () => true,
      () => false,
    );
    if (found) return root;
  }
  throw simulateErrors.TRUTH_NOT_FOUND({ directory });
}

async function readSummary(root: string, directory: string) {
  const text = await readFile(join(root, truthFiles.summary), "utf8");
  const summary = JSON.parse(text) as {
    format: number;
    start: string;
    days: number;
    users: number;
  };
  if (summary.format !== truthFormat) {
    const found = String(summary.format);
    throw simulateErrors.TRUTH_VERSION({ directory, found, known: truthFormat });
  }
  return summary;
}

async function assertSize(path: string, expected: number, directory: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw simulateErrors.TRUTH_NOT_FOUND({ directory });
  if (found.size === expected) return;
  throw simulateErrors.TRUTH_DAMAGED({ path, bytes: found.size, expected });
}

async function readUserIds(path: string): Promise<Map<string, number>> {
  const places = new Map<string, number>();
  const lines = createInterface({ input: createReadStream(path, "utf8") });
  let place = -1;
  for await (const line of lines) {
    if (place >= 0) places.set(line.slice(0, line.indexOf(",")), place);
    place += 1;
  }
  return places;
}

/** Reads cells in the order of the file through one window, whatever their own order. */
async function readCells(
  path: string,
  width: number,
  cells: { readonly users: Int32Array; readonly columns: Int32Array },
): Promise<Float64Array> {
  const { users, columns } = cells;
  const values = new Float64Array(users.length).fill(Number.NaN);
  const order = Array.from(users.keys())
    .filter((row) => users[row]! >= 0 && columns[row]! >= 0 && columns[row]! < width)
    .sort((a, b) => users[a]! - users[b]! || columns[a]! - columns[b]!);
  const handle = await open(path, "r");
  try {
    const window = new Float32Array(Math.max(width, Math.floor(windowBytes / 4)));
    let from = 0;
    let to = 0;
    for (const row of order) {
      const at = users[row]! * width + columns[row]!;
      if (at >= to || at < from) {
        from = at;
        const { bytesRead } = await handle.read(window, 0, window.byteLength, from * 4);
        to = from + Math.floor(bytesRead / 4);
      }
      values[row] = window[at - from]!;
    }
  } finally {
    await handle.close();
  }
  return values;
}
