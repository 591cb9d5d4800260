/** Writes THIRD-PARTY-LICENSES.md from the lock file: `npx tsx tools/write-licenses-page.ts`. */
import { writeFileSync } from "node:fs";
import { readText, root } from "./source-files.js";

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
}

const lock = JSON.parse(readText("package-lock.json")) as { packages: Record<string, Locked> };
const rows = Object.entries(lock.packages)
  .filter(([path, one]) => path.startsWith("node_modules/") && !one.dev && !one.link)
  .map(([path, one]) => [path.replace(/^.*node_modules\//, ""), one] as const)
  .sort(([a], [b]) => a.localeCompare(b))
  .map(([name, one]) => `| ${name} | ${one.version} | ${one.license ?? "see the package"} |`);

writeFileSync(
  `${root}/THIRD-PARTY-LICENSES.md`,
  `# Third-party licences

Refrain is licensed under Apache-2.0 (LICENSE). What is installed with it at run time, from the lock
file (\`npx tsx tools/write-licenses-page.ts\`):

| package | version | licence |
|---|---|---|
${[...new Set(rows)].join("\n")}
`,
);
