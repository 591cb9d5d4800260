/** Our side of a benchmark: `NAME-ours.ts DATA ROWS COLUMNS JSON`; see in-turn.ts. */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Frame, numberColumn } from "@refrain/learn";

/** What the script was told. */
export interface Told<Settings> {
  readonly path: string;
  readonly rows: number;
  readonly width: number;
  readonly settings: Settings;
}

/** Reads the arguments. */
export function toldArguments<Settings>(): Told<Settings> {
  const [path, rows, width, settings] = process.argv.slice(2);
  return {
    path: path!,
    rows: Number(rows),
    width: Number(width),
    settings: JSON.parse(settings!) as Settings,
  };
}

/** A file of doubles, one column after the other. */
export interface ColumnFile {
  /** One column, without a copy. */
  readonly column: (place: number) => Float64Array;
  /** The first columns as a table: a new one each time, so that no hash is kept from before. */
  readonly frame: () => Frame;
}

/** Reads such a file. */
export function readColumns({ path, rows, width }: Told<unknown>): ColumnFile {
  const file = readFileSync(path);
  const data = new Float64Array(file.buffer, file.byteOffset, file.byteLength / 8);
  const column = (place: number) => data.subarray(place * rows, (place + 1) * rows);
  const frame = () =>
    new Frame(Array.from({ length: width }, (_, j) => numberColumn(`c${j}`, column(j))));
  return { column, frame };
}

/**
 * Answers one line a `fit`, and a last one for `quit`.
 * @param run what is timed
 * @param reached what the last line says beside memory and version; not timed
 * @param ready what comes before each `fit`; not timed
 */
export async function serve(
  run: () => Promise<void>,
  reached: () => Promise<object> = async () => ({}),
  ready: () => Promise<void> = async () => undefined,
): Promise<void> {
  for await (const word of createInterface({ input: process.stdin })) {
    if (word === "fit") {
      await ready();
      const started = performance.now();
      await run();
      console.log(JSON.stringify({ seconds: (performance.now() - started) / 1000 }));
      continue;
    }
    const peakMemoryBytes = process.resourceUsage().maxRSS * 1024;
    const finish = { peakMemoryBytes, version: process.version, ...(await reached()) };
    console.log(JSON.stringify(finish));
    break;
  }
}
