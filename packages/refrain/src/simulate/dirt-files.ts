import { createReadStream, createWriteStream } from "node:fs";
import { appendFile, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { RandomStream } from "@refrain/learn";
import { encodeGbk } from "./gbk.js";
import type { Scenario } from "./scenario.js";

/** A dirt that a whole file has. */
export interface PlantedFile {
  readonly file: string;
  readonly kind: "gbk_file" | "gzip_file" | "truncated_file";
}

/**
 * Spoils whole files: some are GBK, some gzip, some end in the middle of a line. Line numbers in
 * `truth/dirt.csv` stay right: a cut line is one more after the last.
 * @param plays the play files by day (`musicbox`), else the one log file
 * @returns what was spoiled, with the names that the files have now
 */
export async function spoilFiles(
  scenario: Scenario,
  folder: string,
  plays: readonly string[],
): Promise<PlantedFile[]> {
  const planted =
    scenario.as === "musicbox"
      ? chooseFiles(scenario, await existing(folder, plays))
      : jsonFiles(plays[0]!);
  for (const { file, kind } of planted) {
    const path = join(folder, file);
    if (kind === "gbk_file") await rewrite(path, path, gbk);
    else if (kind === "gzip_file") await rewrite(path, `${path}.gz`, gzip);
    else await appendCutLine(path);
  }
  return planted.map(({ file, kind }) => ({
    file: kind === "gzip_file" ? `${file}.gz` : file,
    kind,
  }));
}

/** Days without a play have no file. */
async function existing(folder: string, files: readonly string[]): Promise<string[]> {
  const names = new Set(await readdir(folder));
  return files.filter((file) => names.has(file));
}

function jsonFiles(sessions: string): PlantedFile[] {
  return [
    { file: sessions, kind: "truncated_file" },
    { file: "track_storage.jsonl", kind: "gzip_file" },
  ];
}

function chooseFiles(scenario: Scenario, plays: readonly string[]): PlantedFile[] {
  const random = new RandomStream(scenario.seed, "simulate dirty files");
  const order = Int32Array.from(plays.keys());
  random.shuffle(order);
  const each = Math.max(1, Math.round(plays.length * scenario.dirt));
  const kinds = ["gbk_file", "gzip_file", "truncated_file"] as const;
  return [...order.subarray(0, Math.min(3 * each, plays.length))].map((day, i) => ({
    file: plays[day]!,
    kind: kinds[i % 3]!,
  }));
}

/** Copies a file through a transformation, piece by piece, into another place or its own. */
async function rewrite(
  from: string,
  to: string,
  transform: (source: string, target: string) => Promise<void>,
): Promise<void> {
  const besides = `${to}.new`;
  await transform(from, besides);
  await rm(from);
  await rename(besides, to);
}

async function gzip(source: string, target: string): Promise<void> {
  await pipeline(createReadStream(source), createGzip(), createWriteStream(target));
}

async function gbk(source: string, target: string): Promise<void> {
  await pipeline(
    createReadStream(source, "utf8"),
    async function* (texts: AsyncIterable<string>) {
      for await (const text of texts) yield encodeGbk(text);
    },
    createWriteStream(target),
  );
}

/** Adds half of the file's first line, without an end. */
async function appendCutLine(path: string): Promise<void> {
  const handle = await open(path, "r");
  const head = Buffer.alloc(400);
  const { bytesRead } = await handle.read(head, 0, head.length, 0);
  await handle.close();
  const line = head.subarray(0, bytesRead).toString("utf8").split("\n")[0] ?? "";
  await appendFile(path, line.slice(0, Math.floor(line.length / 2)));
}
