import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Engine } from "../engine.js";
import { type Profile, profileFile, type RawFormat } from "../quality/index.js";
import type { Prepared } from "./prepare.js";

/**
 * Profiles an input before typing and writes it into the run's folder.
 * @returns path of the profile
 */
export async function profileInput(
  engine: Engine,
  prepared: Prepared,
  directory: string,
): Promise<string> {
  const { readable, compile } = prepared.loadable;
  const profile = await profileFile(engine, {
    path: readable.path,
    name: prepared.file.name,
    table: compile.kind.name,
    format: rawFormat(prepared),
  });
  const path = join(directory, `profile-${compile.inputId}.json`);
  await writeFile(path, JSON.stringify(withBroken(profile, prepared.brokenLines)));
  return path;
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
