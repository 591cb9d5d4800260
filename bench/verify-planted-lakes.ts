/**
 * Planted abuse in plays with times: what a lake tells beside the five published numbers, over
 * services that the detector has not seen.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { abuseKinds, ingest, score, simulate, trainGaming } from "refrain";
import type { Verified } from "./verified.js";

/** How large the services are, and how many. */
interface Size {
  readonly services: number;
  readonly users: number;
  readonly strengths: readonly number[];
}

/** Days of a log, and those at its end that are counted together. */
const [days, span] = [28, 21];
const firstDay = "2017-03-01";
const lastDay = "2017-03-28";
/** Share of genuine users who pass the threshold. */
const falseAlarms = 0.002;
const planted = { farms: 2, members: 6, bots: 12, loops: 12, shared: 24 } as const;
const learnt = { farms: 2, members: 12, bots: 24, loops: 24, shared: 48, strength: 0.7 } as const;
/** Genuine users that somebody marked. */
const markedOthers = 2000;

/** Both ways: the published five alone, and with all that plays with times tell. */
const ways = ["five", "all"] as const;
type Way = (typeof ways)[number];

/** What one service found: recall by way, strength and kind; farms by strength. */
interface Found {
  readonly methods: Readonly<Record<Way, string>>;
  readonly recalls: Readonly<Record<Way, readonly (readonly number[])[]>>;
  readonly farms: readonly FoundFarms[];
}

/** Farms that a score names among its alarms, beside those planted. */
interface FoundFarms {
  /** Share of the accounts of planted farms that stand in their farm's largest group. */
  readonly together: number;
  readonly groups: number;
  /** Groups with anybody else in them. */
  readonly mixed: number;
}

/** Runs the protocol; quick = one small service at one strength. */
export async function verifyPlantedLakes(quick: boolean): Promise<Verified> {
  const size: Size = quick
    ? { services: 1, users: 600, strengths: [1] }
    : { services: 3, users: 3000, strengths: [0.4, 0.7, 1] };
  const found: Found[] = [];
  for (let place = 0; place < size.services; place += 1) {
    found.push(await oneService(300 + place, size));
    console.error(`planted in lakes, service ${300 + place}: ${found.at(-1)!.methods.all}`);
  }
  const shared = abuseKinds.indexOf("shared");
  const gain = found.map(({ recalls }) =>
    mean(recalls.all.map((one, s) => one[shared]! - recalls.five[s]![shared]!)),
  );
  const ok = gain.every((one) => one > 0);
  return { title: "Planted abuse in plays with times", markdown: tableOf(found, size), ok };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function tableOf(found: readonly Found[], { services, users, strengths }: Size): string {
  const cell = (way: Way, s: number, k: number): string => {
    const each = found.map(({ recalls }) => recalls[way][s]![k]!);
    const ends = [Math.min(...each), Math.max(...each)].map((one) => one.toFixed(3));
    return `${mean(each).toFixed(3)} (${ends.join(" … ")})`;
  };
  const lines = abuseKinds.flatMap((kind, k) =>
    strengths.map(
      (strength, s) => `| ${kind} | ${strength} | ${cell("five", s, k)} | ${cell("all", s, k)} |`,
    ),
  );
  const methods = (way: Way) => [...new Set(found.map((one) => one.methods[way]))].join(", ");
  return [
    `${services} services of ${users} listeners, \`simulate --as musicbox --timed\`, each learnt ` +
      `from its own lake with marks of strength .7 (the last ${span} of ${days} days counted ` +
      "together) and used on other services, one a strength. Recall where " +
      `${1000 * falseAlarms} of 1,000 genuine users pass the threshold; mean, and range over the ` +
      `services. Chosen with the five published numbers: ${methods("five")}; with all that times ` +
      `and devices tell: ${methods("all")}.`,
    "",
    "| kind | strength | five numbers | with times and devices |",
    "|---|---|---|---|",
    ...lines,
    "",
    "Farms that the score names, with times and devices, around the alarms of the model's own " +
      "threshold: groups of accounts near each other in the days together, or day by day.",
    "",
    "| strength | accounts of planted farms named together | groups | with others in them |",
    "|---|---|---|---|",
    ...strengths.map((strength, s) => {
      const own = found.map(({ farms }) => farms[s]!);
      const share = mean(own.map(({ together }) => together)).toFixed(3);
      const [groups, mixed] = (["groups", "mixed"] as const).map((name) =>
        own.reduce((sum, one) => sum + one[name], 0),
      );
      return `| ${strength} | ${share} | ${groups} | ${mixed} |`;
    }),
  ].join("\n");
}

async function oneService(seed: number, { users, strengths }: Size): Promise<Found> {
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
    const farms: FoundFarms[] = [];
    for (const [place, strength] of strengths.entries()) {
      const abuse = { ...planted, strength };
      const at = join(folder, `test-${place}`);
      const world = await makeLake(at, { seed: seed + 1000 * (place + 1), users, abuse });
      for (const way of ways) {
        const scored = await scoreOf(join(folder, `${way}.refrain`), world);
        recalls[way].push(recallOf(scored, world));
        if (way === "all") farms.push(farmsOf(scored, world));
      }
      await rm(at, { recursive: true });
    }
    return { methods, recalls, farms };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface World {
  readonly lake: string;
  /** Kind by user. */
  readonly cheats: ReadonlyMap<string, string>;
  /** Farm by user. */
  readonly farms: ReadonlyMap<string, string>;
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
  const counted = (await lines("abuse.csv")).filter(([, , , , until]) => until! > firstCounted());
  const cheats = new Map(counted.map(([user, kind]) => [user!, kind!] as const));
  const farms = new Map(
    counted.flatMap(([user, , , , , farm]) => (farm ? [[user!, farm] as const] : [])),
  );
  const listeners = (await lines("users.csv")).map(([user]) => user!);
  await rm(out, { recursive: true });
  return { lake, cheats, farms, listeners };
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

/** A user of a lake, scored. */
interface Scored {
  readonly user: string;
  readonly score: number;
  /** Number of its farm; empty for none. */
  readonly farm: string;
}

async function scoreOf(model: string, { lake }: World): Promise<Scored[]> {
  const parts: string[] = [];
  const onText = async (text: string) => void parts.push(text);
  await score({ model, source: { lake }, reasons: 1, onText });
  const [head = "", ...lines] = parts.join("").trimEnd().split("\n");
  const [at, farmAt] = ["score", "farm"].map((name) => head.split(",").indexOf(name));
  return lines.map((line) => {
    const fields = line.split(",");
    return { user: fields[0]!, score: Number(fields[at!]), farm: fields[farmAt!]! };
  });
}

/** Share of each kind's accounts above the threshold that so few genuine users pass. */
function recallOf(scored: readonly Scored[], { cheats }: World): number[] {
  const genuine = scored.filter(({ user }) => !cheats.has(user)).sort((a, b) => b.score - a.score);
  const threshold = genuine[Math.round(falseAlarms * genuine.length)]!.score;
  return abuseKinds.map((kind) => {
    const own = scored.filter(({ user }) => cheats.get(user) === kind);
    const called = own.filter((one) => one.score > threshold);
    return own.length === 0 ? 0 : called.length / own.length;
  });
}

function farmsOf(scored: readonly Scored[], { farms }: World): FoundFarms {
  const groups = new Map<string, string[]>();
  for (const { user, farm } of scored) {
    if (farm !== "") groups.set(farm, [...(groups.get(farm) ?? []), farms.get(user) ?? ""]);
  }
  const together = [...new Set(farms.values())].map((farm) =>
    Math.max(0, ...[...groups.values()].map((own) => own.filter((one) => one === farm).length)),
  );
  const isMixed = (own: readonly string[]) => own.includes("") || new Set(own).size > 1;
  return {
    together: together.reduce((sum, one) => sum + one, 0) / farms.size,
    groups: groups.size,
    mixed: [...groups.values()].filter(isMixed).length,
  };
}
