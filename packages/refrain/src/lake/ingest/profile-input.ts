import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Engine } from "../engine.js";
import { type FileCounter, type Profile, profileFiles, type RawFormat } from "../quality/index.js";
import type { Prepared } from "./prepare.js";

/** Where the profile of an input lies in the run's folder. */
export function profilePath({ loadable }: Prepared, directory: string): string {
  return join(directory, `profile-${loadable.compile.inputId}.json`);
}

/** Profiles inputs before typing, small ones together, and writes each to its `profilePath`. */
export async function profileInputs(
  { engine, counter }: { readonly engine: Engine; readonly counter: FileCounter },
  group: readonly Prepared[],
  directory: string,
): Promise<void> {
  const profiles = await profileFiles(
    engine,
    group.map((prepared) => ({
      path: prepared.loadable.readable.path,
      name: prepared.file.name,
      table: prepared.loadable.compile.kind.name,
      format: rawFormat(prepared),
      sourceNames: sourceNames(prepared),
      ...(prepared.layout.format === "parquet"
        ? {}
        : { longestLine: prepared.file.facts.longestLine }),
      plainRows: plainRows(prepared),
    })),
    counter,
  );
  for (const [index, prepared] of group.entries()) {
    const profile = withBroken(profiles[index]!, prepared.brokenLines);
    await writeFile(profilePath(prepared, directory), JSON.stringify(profile));
  }
}

/** Files from this size on are counted, where they are plain: a thread must be started for it. */
const largeBytes = 16e6;

/** Rows of a large file whose bytes hold no surprise for the counter. */
function plainRows({ file, loadable, rows }: Prepared): number | undefined {
  const { facts, isParquet, isUtf8, bytes } = file;
  const isRewritten = loadable.readable.path !== file.readPath;
  const isOdd = facts.hasMark || facts.crlfLines > 0 || facts.strayReturns > 0 || facts.zeroAt >= 0;
  const isPlain = isUtf8 && !isParquet && !isRewritten && !isOdd;
  return isPlain && bytes >= largeBytes ? rows : undefined;
}

function sourceNames({ layout }: Prepared): Record<string, string> {
  const named = layout.columns.flatMap(({ have, column }) => (column ? [[have, column.name]] : []));
  return Object.fromEntries(named) as Record<string, string>;
}

function rawFormat({ layout }: Prepared): RawFormat {
  if (layout.format === "parquet") return { kind: "parquet" };
  if (layout.format === "json") return { kind: "json-lines" };
  const { delimiter, header } = layout;
  const columns = layout.columns.map(({ have, column }) =>
    header ? have : (column?.name ?? have),
  );
  return {
    kind: "delimited",
    delimiter,
    header,
    columns,
    ...(layout.quoted ? { quote: '"' } : {}),
  };
}

/** Lines that rewriting took out are rows that could not be read. */
function withBroken(profile: Profile, broken: number): Profile {
  if (broken === 0) return profile;
  const { count, places } = profile.unreadable;
  return {
    ...profile,
    rows: profile.rows + broken,
    unreadable: { count: count + broken, places },
  };
}
