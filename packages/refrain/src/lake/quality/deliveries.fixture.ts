import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ingest } from "../ingest/ingest.js";
import { type QualityOptions, quality } from "./quality.js";
import type { Finding, QualityReport } from "./report.js";

/** A file by its name: JSON lines from objects, or lines as they are. */
export type Files = Readonly<Record<string, readonly (object | string)[]>>;

/** Ingests deliveries into a lake of their own below a temporary folder; its path. */
export async function lakeOf(
  source: string,
  deliveries: Readonly<Record<string, Files>>,
  columns: Readonly<Record<string, string>> = {},
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "refrain-quality-"));
  const lake = join(folder, "lake");
  for (const [delivery, files] of Object.entries(deliveries)) {
    await mkdir(join(folder, delivery));
    const inputs: string[] = [];
    for (const [name, lines] of Object.entries(files)) {
      const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)));
      inputs.push(join(folder, delivery, name));
      await writeFile(join(folder, delivery, name), `${text.join("\n")}\n`);
    }
    const limits = { threads: 2, memoryBytes: 5e8 };
    await ingest({ inputs, source, lake, delivery, columns, limits, buckets: 1 });
  }
  return lake;
}

/** The report of such a lake. */
export async function reportOf(
  lake: string,
  options: Omit<QualityOptions, "lake"> = {},
): Promise<QualityReport> {
  return quality({ lake, limits: { threads: 2, memoryBytes: 5e8 }, ...options });
}

/** Findings of one rule, optionally of one place. */
export function found(
  { findings }: Pick<QualityReport, "findings">,
  code: string,
  column?: string,
): Finding[] {
  return findings.filter(
    (finding) => finding.code === code && (column === undefined || finding.column === column),
  );
}

/** Numbers 0 … 1 that are the same in every run. */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const firstNames = ["Ada", "Boris", "Chiara", "Dmitri", "Elif", "Fatou", "Goran", "Hana"];
const lastNames = ["Okafor", "Silva", "Novak", "Tanaka", "Moreau", "Lindqvist", "Haddad"];
const cities = ["Lyon", "Marseille", "Nantes", "Lille"];
const genres = ["ambient", "chanson", "drill", "fado", "highlife", "polka", "ska", "zouk"];

/** A delivery without a fault, in the words of the `pozytywka` source. */
export function cleanDelivery(seed = 1): Record<string, (object | string)[]> {
  const random = numbers(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const share = (): number => Number(random().toFixed(3));
  const artists = Array.from({ length: 60 }, (_, at) => ({
    id: `art${at}`,
    name: `The ${pick(genres)} ${at}`,
    genres: [pick(genres), pick(genres)],
  }));
  const tracks = Array.from({ length: 400 }, (_, at) => ({
    id: `trk${at}`,
    name: `Song no ${at}`,
    popularity: Math.floor(random() * 80),
    duration_ms: 120_000 + Math.floor(random() * 120_000),
    explicit: Number(random() < 0.2),
    id_artist: `art${at % 60}`,
    release_date: `20${10 + Math.floor(random() * 9)}-0${1 + Math.floor(random() * 9)}-11`,
    danceability: share(),
    energy: share(),
    key: Math.floor(random() * 12),
    loudness: -Number((4 + random() * 20).toFixed(2)),
    speechiness: share(),
    acousticness: share(),
    instrumentalness: share(),
    liveness: share(),
    valence: share(),
    tempo: Number((70 + random() * 100).toFixed(2)),
  }));
  const users = Array.from({ length: 80 }, (_, at) => ({
    user_id: 5000 + at,
    name: `${firstNames[at % 8]} ${lastNames[at % 7]}`,
    city: pick(cities),
    street: `rue ${pick(lastNames)} ${1 + Math.floor(random() * 80)}`,
    favourite_genres: [pick(genres), pick(genres)],
    premium_user: random() < 0.3,
  }));
  const storage = tracks.map(({ id }) => ({
    track_id: id,
    storage_class: random() < 0.5 ? "HOT" : "COLD",
    daily_cost: Number((0.001 + random() * 0.01).toFixed(6)),
  }));
  return {
    "artists.jsonl": artists,
    "tracks.jsonl": tracks,
    "users.jsonl": users,
    "track_storage.jsonl": storage,
    "sessions.jsonl": sessionsOf(random),
  };
}

function sessionsOf(random: () => number): object[] {
  return Array.from({ length: 4000 }, (_, at) => {
    const user = Math.floor(random() * 80);
    const minute = Math.floor((at * 40 * 24 * 60) / 4000);
    const time = new Date(Date.UTC(2024, 2, 1, 0, minute, at % 60));
    const kind = random();
    return {
      timestamp: time.toISOString().slice(0, 19),
      user_id: 5000 + user,
      track_id: `trk${Math.floor(random() * 400)}`,
      event_type: kind < 0.6 ? "PLAY" : kind < 0.85 ? "SKIP" : "LIKE",
      session_id: 1000 * user + Math.floor(minute / 500),
    };
  });
}
