import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RandomStream } from "@refrain/learn";
import { afterAll, beforeAll } from "vitest";

const published =
  "UserPartyID,IndieToMajorRatio,totUsage,MaxSingleAlbumUse,MaxSingleTrackUse,MaxSingleArtistUse";

/** A made-up day: listeners, and cheats who repeat one indie artist. */
export function usageLines(
  rows: number,
  { seed = 1, cheats = 0.05, marked = false }: { seed?: number; cheats?: number; marked?: boolean },
): string[] {
  const random = new RandomStream(seed, "usage fixture");
  const lines = [marked ? `${published},gamerFlaggedManual` : published];
  for (let row = 0; row < rows; row += 1) {
    const cheat = random.uniform() < cheats;
    const spread = Math.exp(random.normal() * 0.8);
    const plays = Math.max(1, Math.round((cheat ? 700 : 30) * spread));
    const indie = cheat ? plays : random.below(plays + 1);
    const major = plays - indie;
    const artist = Math.max(1, Math.round(plays * (cheat ? 0.7 : 0.3) * random.uniform()));
    const track = Math.max(1, Math.round(artist * random.uniform()));
    const ratio = (indie / Math.max(major, 1)).toFixed(3);
    const user = 1_000_000 + random.below(1e9);
    lines.push([user, ratio, plays, artist, track, artist, ...(marked ? [+cheat] : [])].join(","));
  }
  return lines;
}

/** A folder for the tests of a file, and a way to put files there. */
export function usageFolder(): {
  write: (name: string, lines: string | string[]) => Promise<string>;
} {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "refrain-gaming-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return {
    write: async (name, lines) => {
      const path = join(folder, name);
      await writeFile(path, typeof lines === "string" ? lines : `${lines.join("\n")}\n`);
      return path;
    },
  };
}
