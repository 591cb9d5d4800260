import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TextCounter } from "@refrain/learn";

const quote = 0x22;
const newline = 10;

/**
 * Writes the distinct texts of a column to a file, one a line; JSON strings without their quotes.
 * @returns the file's path
 */
export async function writeTexts(
  directory: string,
  counter: TextCounter,
  column: number,
): Promise<string> {
  const { bytes } = counter;
  let size = 0;
  counter.visit(column, (_, length) => {
    size += length + 1;
  });
  const lines = Buffer.alloc(size);
  let to = 0;
  counter.visit(column, (start, length) => {
    const isString = bytes[start] === quote && bytes[start + length - 1] === quote && length > 1;
    const end = isString ? start + length - 1 : start + length;
    for (let at = isString ? start + 1 : start; at < end; at++) lines[to++] = bytes[at]!;
    lines[to++] = newline;
  });
  const path = join(directory, "collected.txt");
  await writeFile(path, lines.subarray(0, to));
  return path;
}
