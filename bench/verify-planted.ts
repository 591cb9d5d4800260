/**
 * Recall of planted abuse at a fixed budget: the product's detector, chosen on marked rows, beside
 * the original with its exact threshold, over services that neither has seen.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { budgetThreshold, readModel } from "@refrain/learn";
import { abuseKinds, lineChart, svgFile, trainGaming, type UsageMonth } from "refrain";
import { learntAbuse, markedRows, monthFrame, monthOf, writeMonth } from "./gaming-months.js";
import type { Verified } from "./verified.js";

const strengths = [0.2, 0.4, 0.6, 0.8, 1];
/** 5 farms of 5 and 25 of each other kind: as many accounts as the budget has alarms. */
const planted = { farms: 5, members: 5, bots: 25, loops: 25, shared: 25 } as const;
/** Alarms per 100,000 rows. */
const budget = 100;
/** Quantile .975 of Student's t by degrees of freedom, for 3 and for 10 services. */
const quantiles: Readonly<Record<number, number>> = { 2: 4.303, 9: 2.262 };

/** Share of the planted accounts that are among the alarms, by strength and kind. */
type Recalls = readonly (readonly number[])[];

interface Found {
  readonly method: string;
  readonly ours: Recalls;
  readonly original: Recalls;
}

/** Runs the protocol; quick = three small services. */
export async function verifyPlanted(quick: boolean): Promise<Verified> {
  const seeds = Array.from({ length: quick ? 3 : 10 }, (_, place) => 101 + place);
  const found: Found[] = [];
  for (const seed of seeds) {
    found.push(await measure(seed, quick ? 8000 : 100_000));
    console.error(`planted abuse, service ${seed}: ${found.at(-1)!.method}`);
  }
  const each = found.map((one) => mean(one.ours.flat()) - mean(one.original.flat()));
  const [difference, half] = spreadOf(each);
  const ok = difference - half > 0;
  if (!quick) await draw(found);
  return { title: "Planted abuse at a fixed budget", markdown: tableOf(found, each), ok };
}

async function measure(seed: number, users: number): Promise<Found> {
  const folder = await mkdtemp(join(tmpdir(), "planted-"));
  try {
    const service = { seed, users };
    const [train, validation] = [join(folder, "train.csv"), join(folder, "marked.csv")];
    await writeMonth(monthOf(service, 0, learntAbuse), { path: train });
    const marked = monthOf(service, 1, learntAbuse);
    const rows = markedRows(marked, 9000, seed);
    await writeMonth(marked, { path: validation, rows, marked: true });
    const files = { train: [train], validation: [validation], seed };
    const out = join(folder, "ours.refrain");
    const { method } = await trainGaming({ ...files, out });
    const original = join(folder, "original.refrain");
    await trainGaming({ ...files, method: "gaussian", out: original });
    const tests = strengths.map((strength, place) =>
      monthOf(service, 2 + place, { ...planted, strength }),
    );
    return {
      method,
      ours: await recallsOf(out, tests),
      original: await recallsOf(original, tests),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function recallsOf(path: string, tests: readonly UsageMonth[]): Promise<Recalls> {
  const model = readModel(await readFile(path));
  const recalls: number[][] = [];
  for (const month of tests) {
    const scores = await model.predict(monthFrame(month));
    const cases = Math.round((budget * month.user.length) / 100_000);
    const { threshold } = budgetThreshold(scores, cases);
    recalls.push(abuseKinds.map((_, kind) => recall(month, scores, threshold, kind + 1)));
  }
  return recalls;
}

function recall(month: UsageMonth, scores: Float64Array, threshold: number, kind: number): number {
  let [all, called] = [0, 0];
  for (let row = 0; row < scores.length; row++) {
    if (month.kind[row] !== kind) continue;
    all += 1;
    if (scores[row]! >= threshold) called += 1;
  }
  return all === 0 ? 0 : called / all;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean and half the width of its 95 % interval, services being independent. */
function spreadOf(values: readonly number[]): [middle: number, half: number] {
  const middle = mean(values);
  const degrees = values.length - 1;
  const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / degrees;
  return [middle, quantiles[degrees]! * Math.sqrt(variance / values.length)];
}

function cell(values: readonly number[]): string {
  const [middle, half] = spreadOf(values);
  return `${middle.toFixed(3)} (${(middle - half).toFixed(3)} … ${(middle + half).toFixed(3)})`;
}

function tableOf(found: readonly Found[], each: readonly number[]): string {
  const at = (who: "ours" | "original", strength: number, kind: number) =>
    found.map((one) => one[who][strength]![kind]!);
  const lines = strengths.flatMap((strength, s) =>
    abuseKinds.map((kind, k) => {
      const [ours, original] = [at("ours", s, k), at("original", s, k)];
      const apart = ours.map((value, place) => value - original[place]!);
      return (
        `| ${kind} | ${strength} | ${mean(ours).toFixed(3)} | ${mean(original).toFixed(3)} | ` +
        `${cell(apart)} |`
      );
    }),
  );
  const methods = [...new Set(found.map(({ method }) => method))].join(", ");
  return [
    `Recall at ${budget} alarms per 100,000 user-days, over ${found.length} simulated services ` +
      "of 100,000 users; 95 % intervals by service. Both detectors learn from one unmarked day " +
      `and one marked by hand, where cheats have the strength .7. Chosen: ${methods}. ` +
      "The original: diagonal Gaussian, trim at 55 standard deviations.",
    "",
    "| kind | strength | ours | original | difference |",
    "|---|---|---|---|---|",
    ...lines,
    "",
    `Over kinds and strengths: ours ${cell(found.map((one) => mean(one.ours.flat())))}, ` +
      `original ${cell(found.map((one) => mean(one.original.flat())))}, ` +
      `difference ${cell(each)}; it must be clear of 0.`,
    "",
    "![Recall by strength, ours](../../docs/reference/planted.svg)",
    "",
    "![Recall by strength, the original's](../../docs/reference/planted-original.svg)",
  ].join("\n");
}

/** Recall against strength, a line a kind; a picture a detector. */
async function draw(found: readonly Found[]): Promise<void> {
  for (const [who, name] of [
    ["ours", "planted.svg"],
    ["original", "planted-original.svg"],
  ] as const) {
    const picture = await lineChart({
      alt: `Recall of planted abuse by strength, ${who}`,
      x: { label: "strength of the abuse", domain: [0.2, 1] },
      y: { label: `recall, ${who}`, kind: "share", domain: [0, 1] },
      lines: abuseKinds.map((kind, k) => ({
        name: kind,
        points: strengths.map(
          (strength, s) => [strength, mean(found.map((one) => one[who][s]![k]!))] as const,
        ),
        dots: true,
      })),
    });
    const path = fileURLToPath(new URL(`../docs/reference/${name}`, import.meta.url));
    await writeFile(path, svgFile(picture));
  }
}
