import { foundationErrors } from "../../foundation/index.js";
import { readChunks } from "./inspect.js";

/** Where a line stands in its file, after gunzip. */
export interface LinePlace {
  /** 1-based. */
  readonly line: number;
  /** Of the line's first byte. */
  readonly offset: number;
  /** Without its end, LF or CR LF. */
  readonly bytes: number;
}

interface PlaceOptions {
  readonly onPlace: (place: LinePlace) => void;
  readonly signal?: AbortSignal | undefined;
}

const newline = 10;
const carriageReturn = 13;

/**
 * Finds lines in a plain file, in one pass that ends with the last of them.
 * @param lines numbers of lines that there are, ascending; `onPlace` is told of each, in order
 * @throws INTERRUPTED
 */
export async function placeLines(
  path: string,
  lines: ArrayLike<number>,
  { onPlace, signal }: PlaceOptions,
): Promise<void> {
  let found = 0;
  let line = 1;
  let offset = 0;
  let base = 0;
  let last = newline;
  const tell = (end: number, before: number): void => {
    if (line !== lines[found]) return;
    found++;
    const isPair = before === carriageReturn && end > offset;
    onPlace({ line, offset, bytes: end - offset - (isPair ? 1 : 0) });
  };
  await readChunks(path, (chunk) => {
    if (signal?.aborted) throw foundationErrors.INTERRUPTED({ doing: `reading ${path}` });
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, at + 1)) {
      tell(base + at, at > 0 ? chunk[at - 1]! : last);
      line++;
      offset = base + at + 1;
    }
    last = chunk[chunk.length - 1]!;
    base += chunk.length;
    return found < lines.length;
  });
  tell(base, last);
}
