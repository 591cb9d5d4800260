/**
 * `npm run verify [-- NAME…] [--quick]`: the long protocols, over many seeds; their tables are
 * written to docs/reference/verified.md.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/** What one protocol gives: Markdown for the page, and whether every bar held. */
export interface Verified {
  readonly title: string;
  readonly markdown: string;
  readonly ok: boolean;
}

const protocols: Readonly<Record<string, () => Promise<(quick: boolean) => Promise<Verified>>>> = {
  simulator: async () => (await import("./verify-simulator.js")).verifySimulator,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean", default: false } },
});
const names = positionals.length > 0 ? positionals : Object.keys(protocols);
const results: Verified[] = [];
for (const name of names) {
  const load = protocols[name];
  if (!load)
    throw new Error(`No protocol ${name}; there are ${Object.keys(protocols).join(", ")}.`);
  results.push(await (await load())(values.quick));
}
for (const { title, markdown } of results) console.log(`## ${title}\n\n${markdown}\n`);
if (!values.quick) {
  const page = fileURLToPath(new URL("../docs/reference/verified.md", import.meta.url));
  const parts = results.map(({ title, markdown }) => `## ${title}\n\n${markdown}\n`);
  writeFileSync(
    page,
    `# Verified\n\nWritten by \`npm run verify\`; Node ${process.version}.\n\n${parts.join("\n")}`,
  );
}
process.exitCode = results.every(({ ok }) => ok) ? 0 : 4;
