/** Simulated months of usage as the files that the gaming task reads. */
import { writeFile } from "node:fs/promises";
import { Frame, numberColumn, RandomStream } from "@refrain/learn";
import { type AbusePlan, drawUsageMonth, type UsageMonth } from "refrain";

/** Planted in the months to learn from: 2 farms of 12, and 24 accounts of each other kind. */
export const learntAbuse = { farms: 2, members: 12, bots: 24, loops: 24, shared: 24 } as const;

const names = [
  ["IndieToMajorRatio", "ratio"],
  ["totUsage", "total"],
  ["MaxSingleAlbumUse", "album"],
  ["MaxSingleTrackUse", "track"],
  ["MaxSingleArtistUse", "artist"],
] as const;

/** The five features of a month. */
export function monthFrame(month: UsageMonth): Frame {
  return new Frame(names.map(([name, column]) => numberColumn(name, month[column].slice())));
}

/** How a month is written. */
export interface MonthFile {
  readonly path: string;
  /** Rows that are written; all unless told. */
  readonly rows?: readonly number[];
  /** Whether the marks of a hand stand beside the counts. */
  readonly marked?: boolean;
}

/** Writes a month in the published format. */
export async function writeMonth(month: UsageMonth, file: MonthFile): Promise<void> {
  const { path, marked = false, rows = Array.from(month.user.keys()) } = file;
  const head = ["UserPartyID", ...names.map(([name]) => name)];
  const lines = rows.map((row) => {
    const counts = names.map(([, column]) => month[column][row]!);
    const mark = marked ? [month.kind[row]! > 0 ? 1 : 0] : [];
    return [month.user[row]!, ...counts, ...mark].join(",");
  });
  const columns = marked ? [...head, "gamerFlaggedManual"] : head;
  await writeFile(path, `${[columns.join(","), ...lines].join("\n")}\n`);
}

/** Rows that somebody marked: every abuser, and so many others by lot. */
export function markedRows(month: UsageMonth, others: number, seed: number): number[] {
  const all = Array.from(month.user.keys());
  const genuine = all.filter((row) => month.kind[row] === 0);
  const stream = new RandomStream(seed, "marked rows");
  for (let place = 0; place < Math.min(others, genuine.length); place++) {
    const other = place + stream.below(genuine.length - place);
    [genuine[place], genuine[other]] = [genuine[other]!, genuine[place]!];
  }
  return all
    .filter((row) => month.kind[row]! > 0)
    .concat(genuine.slice(0, others))
    .sort((a, b) => a - b);
}

/** A service: its months, one after the other. */
export interface Service {
  readonly seed: number;
  readonly users: number;
  readonly genuineDrift?: number;
}

/** A month of a service. */
export function monthOf(
  { seed, users, genuineDrift = 0 }: Service,
  month: number,
  abuse: Partial<AbusePlan>,
): UsageMonth {
  return drawUsageMonth({ seed, month, users, abuse, genuineDrift });
}
