/**
 * Crooked raters in a dense film set, without times and with them: ten made-up stand-ins, one a
 * seed, each with ten kinds hidden in it. What was chosen was chosen on stand-ins from 101 on.
 */
import { evaluateRaters, type RatersEvaluation } from "refrain";
import { denseFacts, timeFacts } from "./dense-facts.js";
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
  const evaluate = async (slow: number, options: { times?: boolean; together?: number }) => {
    const found: RatersEvaluation[] = [];
    for (const seed of seeds) {
      const { times, ...more } = options;
      const job = { base: denseRatings(seed, { times: times === true }), seed, ...more };
      const firstStepOnly = found.length >= slow;
      found.push(await evaluateRaters({ ...job, seeds: 1, threads: 2, firstStepOnly }));
      const { f1 } = found.at(-1)!.pooled;
      console.error(
        `raters of stand-in ${seed}${times ? ", timed" : ""}: F1 ${f1.value?.toFixed(3)}`,
      );
    }
    return { ...together(found), first: found[0]! };
  };
  const untimed = await evaluate(quick ? 0 : withHeldOut, {});
  const timed = await evaluate(0, { times: true });
  const merged = await evaluate(0, { times: true, together: 0 });
  const base = denseRatings(seeds[0]!, { times: true });
  const facts = [...(await denseFacts(base)), ...timeFacts(base)];
  const { first } = untimed;
  return {
    title: "Crooked raters in a dense set",
    markdown: [
      `${seeds.length} made-up stand-ins for a dense film set (the formulas are in`,
      `\`bench/dense-ratings.ts\`); ${first.anomalous} crooked raters in each; learnt from`,
      "one half, judged on the other; means with 95 % intervals by Student's t. What is published",
      "of such sets, from memory, beside the first stand-in:",
      "",
      markdownTable(["fact", "published", "stand-in"], facts),
      "",
      "### Without times",
      `${first.features} features; kinds are held out, and step 2 is tried, in the first`,
      `${Math.min(withHeldOut, seeds.length)}.`,
      "",
      ratersTables(untimed, owed),
      "",
      "### With times, two who share an account mostly rate at the same time",
      `${timed.first.features} features; each session of a shared account's second person is moved`,
      "into one of the first one's with probability .9.",
      "",
      ratersTables(timed, owed),
      "",
      "### With times, shared accounts merged as they are",
      "Two people's rows with their own times, thinned to the length of one.",
      "",
      ratersTables(merged, owed),
    ].join("\n"),
    ok: [untimed, timed, merged].every((one) => ratersHold(one, owed)),
  };
}
