import { pathToFileURL } from "node:url";
import type { ErrorEntry } from "@refrain/learn";
import { checkoutFiles, root } from "./source-files.js";

/** One code of the product, with where it is declared. */
export interface DeclaredCode {
  readonly code: string;
  readonly entry: ErrorEntry<never>;
  /** Package and layer, for example `refrain/lake`. */
  readonly layer: string;
}

interface Catalogue {
  readonly entries: Readonly<Record<string, ErrorEntry<never>>>;
}

/** Every code that an `errors.ts` of a layer declares. */
export async function declaredCodes(): Promise<DeclaredCode[]> {
  const found: DeclaredCode[] = [];
  for (const file of checkoutFiles(/^packages\/[^/]+\/src\/.*errors\.ts$/)) {
    const layer = file.replace(/^packages\/([^/]+)\/src\/(.+)\/errors\.ts$/, "$1/$2");
    const module = (await import(pathToFileURL(`${root}/${file}`).href)) as Record<string, unknown>;
    for (const value of Object.values(module)) {
      const entries = (value as Catalogue | undefined)?.entries ?? {};
      for (const [code, entry] of Object.entries(entries)) found.push({ code, entry, layer });
    }
  }
  return found.sort((a, b) => a.code.localeCompare(b.code));
}

/** The sentence of an entry with its values left open. */
function openSentence(make: (details: never) => string): string {
  const blank: object = new Proxy(() => "…", {
    get: (_, key) => (key === Symbol.toPrimitive ? () => "…" : blank),
    apply: () => "…",
  });
  try {
    return make(blank as never)
      .replaceAll("|", "\\|")
      .replaceAll(/\s+/g, " ")
      .replaceAll("NaN", "…");
  } catch {
    return "(see the message)";
  }
}

/** The text of docs/reference/errors.md. */
export function errorsPage(codes: readonly DeclaredCode[]): string {
  const rows = codes.map(
    ({ code, entry, layer }) =>
      `| \`${code}\` | ${entry.exit} | ${entry.status} | ${layer} | ` +
      `${openSentence(entry.problem)} ${openSentence(entry.remedy)} |`,
  );
  return `# Errors

Every failure that a user can act on has a code, two sentences (what is wrong, with the values; what
to do), an exit code of the command line and an HTTP status. With \`--json\` a failure is
\`{"error": {"code", "message", "hint", "details"}}\` on standard output. This page is written from
the catalogues by \`npx tsx tools/write-errors-page.ts\`, and a test compares the two.

Exit codes: 0 done · 2 wrong use · 3 bad input · 4 a gate failed · 5 interrupted · 70 our fault.

| code | exit | HTTP | layer | what it says (… stands for the values) |
|---|---|---|---|---|
${rows.join("\n")}
`;
}
