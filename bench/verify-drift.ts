/**
 * Whether alarms at a chosen false-discovery rate keep it, month after month: 200 simulated months
 * in which abuse drifts, and genuine listening does not, or does.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lineChart, score, svgFile, trainGaming, type UsageMonth } from "refrain";
import { learntAbuse, markedRows, monthOf, type Service, writeMonth } from "./gaming-months.js";
import type { Verified } from "./verified.js";

const rate = 0.05;
const drift = 0.5;
const planted = { farms: 4, members: 15, bots: 60, loops: 60, shared: 60, drift } as const;
/** Genuine rows that a hand looks at in a month. */
const audited = 9000;
/** The months of learning come first. */
const firstMonth = 2;

/** One way to go through the months. */
interface Course {
  readonly name: string;
  readonly genuineDrift: number;
  /** Whether the detector learns anew from the marks of each month before. */
  readonly monthly: boolean;
  /** Whether the rate is promised. */
  readonly owed: boolean;
}

const courses: readonly Course[] = [
  { name: "abuse drifts", genuineDrift: 0, monthly: false, owed: true },
  { name: "listening drifts too", genuineDrift: drift, monthly: false, owed: false },
  { name: "both drift, calibrated monthly", genuineDrift: drift, monthly: true, owed: true },
];

/** What became of one month's alarms. */
interface Alarms {
  readonly alarms: number;
  readonly falseAlarms: number;
  /** Share of the cheats that are among them. */
  readonly recall: number;
}

/** Runs the protocol; quick = three months of a small service. */
export async function verifyDrift(quick: boolean): Promise<Verified> {
  const months = quick ? 3 : 200;
  const users = quick ? 8000 : 20_000;
  const found = new Map<Course, readonly Alarms[]>();
  for (const course of courses) {
    found.set(course, await follow(course, users, months));
    console.error(`${course.name}: ${months} months`);
  }
  const lines = courses.map((course) => lineOf(course, found.get(course)!));
  if (!quick) await draw(found);
  const markdown = [
    `A service of ${users} users over ${months} months; each month ${planted.farms} farms of ` +
      `${planted.members} accounts, ${planted.bots} bots, ${planted.loops} loops and ` +
      `${planted.shared} shared accounts, some of them new. Alarms by ` +
      `\`--false-discovery-rate ${rate}\`; a month without alarms counts as 0. Intervals: 95 %, ` +
      "months in blocks of ten.",
    "",
    `No p-value is below 1 / ${audited + 1}, one more than the ${audited} genuine rows that were ` +
      `marked. So at least ${leastAlarms(users)} users of a month must score above all of these ` +
      "before there is an alarm, and each genuine row among them asks for as many again; in " +
      "other months there is none, however suspicious the first ones are.",
    "",
    "| course | share of false alarms | months without alarms | alarms a month | recall | holds |",
    "|---|---|---|---|---|---|",
    ...lines.map(({ text }) => text),
    "",
    "![Share of false alarms by month](../../docs/reference/drift.svg)",
  ].join("\n");
  return {
    title: "False discoveries over drifting months",
    markdown,
    ok: lines.every((l) => l.ok),
  };
}

/** Users who must score above all genuine marks, for one alarm among those who listened. */
function leastAlarms(users: number): number {
  const drawn = monthOf({ seed: 77, users }, firstMonth, planted).user.length;
  return Math.ceil(drawn / (rate * (audited + 1)));
}

const modelIn = (folder: string): string => join(folder, "model.refrain");

/** Learns from the first months and scores those that follow. */
async function follow(course: Course, users: number, months: number): Promise<Alarms[]> {
  const folder = await mkdtemp(join(tmpdir(), "drift-"));
  const service: Service = { seed: 77, users, genuineDrift: course.genuineDrift };
  try {
    const model = modelIn(folder);
    const method = await learn(service, 1, { folder });
    const found: Alarms[] = [];
    for (let month = firstMonth; month < firstMonth + months; month++) {
      if (course.monthly && month > firstMonth) {
        await learn(service, month - 1, { folder, method });
      }
      const drawn = monthOf(service, month, planted);
      const path = join(folder, "month.csv");
      await writeMonth(drawn, { path });
      found.push(await scoreMonth(drawn, { model, path }));
    }
    return found;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Makes the detector from a month's marks; @returns the method that was chosen */
async function learn(
  service: Service,
  month: number,
  { folder, method }: { readonly folder: string; readonly method?: string },
): Promise<string> {
  const [train, validation] = [join(folder, "train.csv"), join(folder, "marked.csv")];
  const plan = { ...learntAbuse, drift };
  await writeMonth(monthOf(service, month - 1, plan), { path: train });
  const marked = monthOf(service, month, plan);
  const rows = markedRows(marked, audited, month);
  await writeMonth(marked, { path: validation, rows, marked: true });
  const given = method === undefined ? {} : { method };
  const files = { train: [train], validation: [validation], seed: 1 };
  return (await trainGaming({ ...files, ...given, falseDiscoveryRate: rate, out: modelIn(folder) }))
    .method;
}

async function scoreMonth(
  month: UsageMonth,
  { model, path }: { readonly model: string; readonly path: string },
): Promise<Alarms> {
  const parts: string[] = [];
  const onText = async (text: string) => void parts.push(text);
  await score({ model, source: { files: [path] }, onlyFlagged: true, reasons: 1, onText });
  const [, ...lines] = parts.join("").trimEnd().split("\n");
  const kindOf = new Map(Array.from(month.user, (user, row) => [String(user), month.kind[row]!]));
  const called = lines
    .filter((line) => line !== "")
    .map((line) => kindOf.get(line.split(",")[0]!)!);
  const falseAlarms = called.filter((kind) => kind === 0).length;
  const cheats = month.kind.reduce((sum, kind) => sum + (kind > 0 ? 1 : 0), 0);
  const alarms = called.length;
  return { alarms, falseAlarms, recall: (alarms - falseAlarms) / cheats };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const shareOf = ({ alarms, falseAlarms }: Alarms): number => falseAlarms / Math.max(1, alarms);

const blockMonths = 10;

/** Mean and half the width of its interval: months that follow each other are alike. */
function spreadOf(values: readonly number[]): [middle: number, half: number] {
  const blocks = Array.from({ length: Math.ceil(values.length / blockMonths) }, (_, block) =>
    mean(values.slice(block * blockMonths, (block + 1) * blockMonths)),
  );
  const middle = mean(values);
  const variance =
    blocks.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, blocks.length - 1);
  return [middle, 2.1 * Math.sqrt(variance / blocks.length)];
}

function lineOf({ name, owed }: Course, months: readonly Alarms[]) {
  const [share, half] = spreadOf(months.map(shareOf));
  const holds = share - half <= rate;
  const text = [
    name,
    `${share.toFixed(4)} (${Math.max(0, share - half).toFixed(4)} … ${(share + half).toFixed(4)})`,
    months.filter(({ alarms }) => alarms === 0).length,
    mean(months.map(({ alarms }) => alarms)).toFixed(1),
    mean(months.map(({ recall }) => recall)).toFixed(3),
    owed ? (holds ? "yes" : "no") : "shown",
  ];
  return { text: `| ${text.join(" | ")} |`, ok: holds || !owed };
}

/** Share of false alarms in each block of months, a line a course. */
async function draw(found: ReadonlyMap<Course, readonly Alarms[]>): Promise<void> {
  const picture = await lineChart({
    alt: "Share of false alarms over the months, by course",
    x: { label: "month" },
    y: { label: "share of false alarms", kind: "share" },
    levels: [rate],
    lines: [...found].map(([{ name }, months]) => ({
      name,
      points: Array.from(
        { length: months.length / blockMonths },
        (_, block) =>
          [
            blockMonths * (block + 0.5),
            mean(months.slice(block * blockMonths, (block + 1) * blockMonths).map(shareOf)),
          ] as const,
      ),
    })),
  });
  const path = fileURLToPath(new URL("../docs/reference/drift.svg", import.meta.url));
  await writeFile(path, svgFile(picture));
}
