import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BlockCounts } from "./block.js";
import { truthFiles } from "./truth-files.js";

/** Turns places within blocks into places within files, and writes `truth/dirt.csv`. */
export class DirtLedger {
  /** Number of faulty rows and files by kind. */
  readonly counts: Record<string, number> = {};
  readonly #path: string;
  readonly #paths: readonly string[];
  /** Lines of each log file in the blocks before. */
  readonly #before: Float64Array;

  /** @param paths files in the order in which blocks count them */
  constructor(folder: string, paths: readonly string[]) {
    this.#path = join(folder, truthFiles.dirt);
    this.#paths = paths;
    this.#before = new Float64Array(paths.length);
    writeFileSync(this.#path, "file,line,kind,user_id\n");
  }

  /** Takes a block's faulty rows; blocks come in their order. */
  add({ planted, lines }: Pick<BlockCounts, "planted" | "lines">): void {
    const rows = planted.map(({ file, line, kind, userId }) => {
      this.#count(kind);
      return `${this.#paths[file]},${this.#before[file]! + line},${kind},${userId ?? ""}\n`;
    });
    lines.forEach((count, file) => {
      this.#before[file]! += count;
    });
    appendFileSync(this.#path, rows.join(""));
  }

  /** Takes a dirt that a whole file has. */
  addFile(file: string, kind: string): void {
    this.#count(kind);
    appendFileSync(this.#path, `${file},,${kind},\n`);
  }

  #count(kind: string): void {
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
  }
}
