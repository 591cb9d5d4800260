/**
 * Crooked raters in a dense film set without times: ten made-up stand-ins, one a seed, each with
 * ten kinds hidden in it. What was chosen was chosen on the stand-ins 101 to 105.
 */
import { evaluateRaters, type RatersEvaluation } from "refrain";
import { denseFacts } from "./dense-facts.js";
import { denseRatings } from "./dense-ratings.js";
import {
  markdownTable,
  type OwedOfRaters,
  ratersHold,
  ratersTables,
  together,
} from "./raters-table.js";
import type { Verified } from "./verified.js";

const owed: OwedOfRaters = {
  f1: 0.88,
  kinds: {
    random: 0.95,
    average: 0.95,
    "love-hate": 0.95,
    segment: 0.85,
    bandwagon: 0.85,
    "average-over-popular": 0.8,
    constant: 0.85,
    bot: 0.95,
    "group-bombing": 0.5,
    shared: 0.3,
  },
  heldOut: 0.65,
};

/** In so many of them kinds are held out, which takes ten times as long. */
const withHeldOut = 3;

export async function verifyRatersDense(quick: boolean): Promise<Verified> {
  const seeds = quick ? [101] : Array.from({ length: 10 }, (_, k) => k + 1);
  const found: RatersEvaluation[] = [];
  for (const seed of seeds) {
    const firstStepOnly = quick || found.length >= withHeldOut;
    const job = { base: denseRatings(seed), seed, seeds: 1, threads: 2 };
    found.push(await evaluateRaters({ ...job, firstStepOnly }));
    console.error(`raters of stand-in ${seed}: F1 ${found.at(-1)!.pooled.f1.value?.toFixed(3)}`);
  }
  const all = together(found);
  const [first] = found;
  const facts = await denseFacts(denseRatings(seeds[0]!));
  return {
    title: "Crooked raters in a dense set",
    markdown: [
      `${seeds.length} made-up stand-ins for a dense film set without times (the formulas are in`,
      `\`bench/dense-ratings.ts\`); ${first!.anomalous} crooked raters in each,`,
      `${first!.features} features; learnt from one half, judged on the other; means with 95 %`,
      "intervals by Student's t. Kinds are held out, and step 2 is tried, in the first",
      `${Math.min(withHeldOut, seeds.length)}. What is published of such sets, from memory, beside`,
      "the first stand-in:",
      "",
      markdownTable(["fact", "published", "stand-in"], facts),
      "",
      ratersTables(all, owed),
    ].join("\n"),
    ok: ratersHold(all, owed),
  };
}
