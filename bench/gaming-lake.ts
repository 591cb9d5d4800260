/**
 * Planted abuse in plays with times: what a lake tells beside the five published numbers, over
 * services that the detector has not seen.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { abuseKinds, ingest, score, simulate, trainGaming } from "refrain";

/** How large the services are, and how many. */
export interface LakeSize {
  readonly services: number;
  readonly users: number;
  readonly strengths: readonly number[];
}

/** Days of a log, and those at its end that are counted together. */
const [days, span] = [28, 21];
const firstDay = "2017-03-01";
const lastDay = "2017-03-28";
/** Alarms per 10,000 listeners: as many as there are accounts planted. */
export const lakeBudget = 20;
const planted = { farms: 1, members: 4, bots: 4, loops: 4, shared: 8 } as const;
const learnt = { farms: 2, members: 12, bots: 24, loops: 24, shared: 48, strength: 0.7 } as const;
/** Genuine users that somebody marked. */
const markedOthers = 4000;

/** Both ways: the published five alone, and with all that plays with times tell. */
const ways = ["five", "all"] as const;
type Way = (typeof ways)[number];

/** Recall by way, strength and kind. */
export type LakeRecalls = Readonly<Record<Way, readonly (readonly number[])[]>>;

/** What one service found. */
export interface LakeFound {
  readonly methods: Readonly<Record<Way, string>>;
  readonly recalls: LakeRecalls;
}

/** Learns on one service and looks for planted accounts in others; one entry a service. */
export async function plantedInLakes(size: LakeSize): Promise<LakeFound[]> {
  const found: LakeFound[] = [];
  for (let place = 0; place < size.services; place += 1) {
    found.push(await oneService(300 + place, size));
    console.error(`planted in lakes, service ${300 + place}: ${found.at(-1)!.methods.all}`);
  }
  return found;
}

async function oneService(seed: number, { users, strengths }: LakeSize): Promise<LakeFound> {
  const folder = await mkdtemp(join(tmpdir(), "planted-lake-"));
  try {
    const learning = await makeLake(join(folder, "learn"), { seed, users, abuse: learnt });
    const marks = join(folder, "marks.csv");
    await writeMarks(marks, learning);
    const methods = { five: "", all: "" };
    for (const way of ways) {
      const { method } = await trainGaming({
        train: [],
        lake: learning.lake,
        date: lastDay,
        span,
        validation: [marks],
        seed,
        out: join(folder, `${way}.refrain`),
        ...(way === "five" ? { features: [] } : {}),
      });
      methods[way] = method;
    }
    const recalls = { five: [] as number[][], all: [] as number[][] };
    for (const [place, strength] of strengths.entries()) {
      const abuse = { ...planted, strength };
      const at = join(folder, `test-${place}`);
      const world = await makeLake(at, { seed: seed + 1000 * (place + 1), users, abuse });
      for (const way of ways) {
        recalls[way].push(await recallOf(join(folder, `${way}.refrain`), world, users));
      }
      await rm(at, { recursive: true });
    }
    return { methods, recalls };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface World {
  readonly lake: string;
  /** Kind by user. */
  readonly cheats: ReadonlyMap<string, string>;
  readonly listeners: readonly string[];
}

/** A service's plays with their times, and its catalogue, as a lake. */
async function makeLake(
  folder: string,
  { seed, users, abuse }: { seed: number; users: number; abuse: object },
): Promise<World> {
  await mkdir(folder, { recursive: true });
  const out = join(folder, "logs");
  await simulate({ as: "musicbox", users, days, seed, out, abuse, timed: true, start: firstDay });
  const lake = join(folder, "lake");
  const inputs = [join(out, "*_play.log"), join(out, "catalogue.txt")];
  await ingest({ inputs, source: "musicbox", lake });
  const lines = async (file: string): Promise<string[][]> => {
    const [, ...rows] = (await readFile(join(out, "truth", file), "utf8")).trim().split("\n");
    return rows.map((row) => row.split(","));
  };
  const cheats = new Map(
    (await lines("abuse.csv"))
      .filter(([, , , , until]) => until! > firstCounted())
      .map(([user, kind]) => [user!, kind!] as const),
  );
  const listeners = (await lines("users.csv")).map(([user]) => user!);
  await rm(out, { recursive: true });
  return { lake, cheats, listeners };
}

/** The day before the days that are counted. */
function firstCounted(): string {
  const at = new Date(`${lastDay}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() - span);
  return at.toISOString().slice(0, 10);
}

/** Marks without counts: who cheats, and some of those who do not. */
async function writeMarks(path: string, { cheats, listeners }: World): Promise<void> {
  const rows = [
    ...[...cheats.keys()].map((user) => `${user},yes`),
    ...listeners.slice(0, markedOthers).map((user) => `${user},no`),
  ];
  await writeFile(path, `${["UserPartyID,gamerFlaggedManual", ...rows].join("\n")}\n`);
}

/** Share of each kind's accounts among the alarms. */
async function recallOf(model: string, { lake, cheats }: World, users: number): Promise<number[]> {
  const parts: string[] = [];
  const onText = async (text: string) => void parts.push(text);
  const budget = Math.round((lakeBudget * users) / 10_000);
  await score({ model, source: { lake }, onlyFlagged: true, reasons: 1, budget, onText });
  const [, ...lines] = parts.join("").trimEnd().split("\n");
  const called = lines.map((line) => cheats.get(line.split(",")[0]!));
  return abuseKinds.map((kind) => {
    const all = [...cheats.values()].filter((one) => one === kind).length;
    return all === 0 ? 0 : called.filter((one) => one === kind).length / all;
  });
}
