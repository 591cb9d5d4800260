/**
 * `npm run verify [-- NAME…] [--quick]`: the long protocols, over many seeds. A run that is not
 * quick is kept in bench/verified and shown in docs/reference/verified.md; `--page` alone writes
 * that page anew from the runs that are kept.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Verified } from "./verified.js";

const protocols: Readonly<Record<string, () => Promise<(quick: boolean) => Promise<Verified>>>> = {
  simulator: async () => (await import("./verify-simulator.js")).verifySimulator,
  gaming: async () => (await import("./verify-gaming.js")).verifyGaming,
  "gaming-sets": async () => (await import("./verify-gaming-sets.js")).verifyGamingSets,
  freemium: async () => (await import("./verify-freemium.js")).verifyFreemium,
  adbench: async () => (await import("./verify-adbench.js")).verifyAdbench,
  lastfm: async () => (await import("./verify-lastfm.js")).verifyLastfm,
  planted: async () => (await import("./verify-planted.js")).verifyPlanted,
  "planted-lakes": async () => (await import("./verify-planted-lakes.js")).verifyPlantedLakes,
  drift: async () => (await import("./verify-drift.js")).verifyDrift,
  raters: async () => (await import("./verify-raters.js")).verifyRaters,
  "raters-simulated": async () =>
    (await import("./verify-raters-simulated.js")).verifyRatersSimulated,
  "raters-dense": async () => (await import("./verify-raters-dense.js")).verifyRatersDense,
  "raters-foreign": async () => (await import("./verify-raters-foreign.js")).verifyRatersForeign,
  "raters-series": async () => (await import("./verify-raters-series.js")).verifyRatersSeries,
};

const folder = fileURLToPath(new URL("verified/", import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    page: { type: "boolean", default: false },
  },
});
const all = values.page ? [] : Object.keys(protocols);
const names = positionals.length > 0 ? positionals : all;
const unknown = names.filter((name) => !(name in protocols));
if (unknown.length > 0) {
  console.error(
    `No protocol ${unknown.join(", ")}; there are ${Object.keys(protocols).join(", ")}.`,
  );
  process.exit(2);
}
let ok = true;
for (const name of names) {
  const verify = await protocols[name]!();
  const verified = await verify(values.quick);
  console.log(`## ${verified.title}\n\n${verified.markdown}\n`);
  ok &&= verified.ok;
  if (!values.quick) keep(name, verified);
}
if (values.page) writePage();
process.exitCode = ok ? 0 : 4;

/** Keeps a run in bench/verified, and writes the page anew. */
function keep(name: string, { title, markdown }: Verified): void {
  mkdirSync(folder, { recursive: true });
  const head = `## ${title}\n\n\`npm run verify -- ${name}\` · Node ${process.version}\n`;
  writeFileSync(`${folder}${name}.md`, `${head}\n${markdown}\n`);
  writePage();
}

/** The page of all runs that are kept. */
function writePage(): void {
  const parts = readdirSync(folder)
    .sort()
    .map((file) => readFileSync(`${folder}${file}`, "utf8"));
  const page = fileURLToPath(new URL("../docs/reference/verified.md", import.meta.url));
  writeFileSync(
    page,
    `# Verified\n\nWritten by \`npm run verify\`, never by hand.\n\n${parts.join("\n")}`,
  );
}
