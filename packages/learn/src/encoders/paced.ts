import { type Column, concatFrames, Frame } from "../frame/index.js";
import type { FittedEncoder } from "./contract.js";

/** Values between two polls: some 10 ms of the slowest encoder, which makes seven of one. */
const CELLS_BETWEEN_POLLS = 2 ** 17;

/** Rows that may be worked on between two polls. */
export function rowsBetweenPolls(frame: Frame): number {
  return Math.max(1024, Math.floor(CELLS_BETWEEN_POLLS / (frame.columns.length + 1)));
}

/** Tables of the same columns one below the other, column by column. */
async function stackPaced(parts: readonly Frame[], pause: () => Promise<void>): Promise<Frame> {
  const columns: Column[] = [];
  for (const name of parts[0]!.names) {
    await pause();
    columns.push(...concatFrames(parts.map((part) => part.select([name]))).columns);
  }
  return new Frame(
    columns,
    parts.reduce((sum, part) => sum + part.rowCount, 0),
  );
}

/**
 * Encodes a table piece by piece, so that the work can be stopped; each row's answer depends on
 * that row alone.
 * @param encoders applied in this order
 * @param frame any number of rows
 * @param pause awaited between pieces
 */
export async function encodePaced(
  encoders: readonly Pick<FittedEncoder, "encode">[],
  frame: Frame,
  pause: () => Promise<void>,
): Promise<Frame> {
  const size = rowsBetweenPolls(frame);
  const parts: Frame[] = [];
  for (let start = 0; start === 0 || start < frame.rowCount; start += size) {
    await pause();
    const piece = frame.rowCount <= size ? frame : frame.view(start, start + size);
    parts.push(encoders.reduce((table, encoder) => encoder.encode(table), piece));
  }
  return parts.length === 1 ? parts[0]! : await stackPaced(parts, pause);
}
