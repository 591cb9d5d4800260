import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CataloguedError } from "@refrain/learn";
import { foundationErrors } from "../foundation/index.js";
import { cliErrors } from "./errors.js";

/**
 * Turns whatever was thrown into a catalogued error: the same if it is one that a user can act on,
 * INTERRUPTED after Ctrl-C, else UNEXPECTED with an id and a report beside it.
 */
export async function asCatalogued(
  error: unknown,
  given: { readonly argv: readonly string[]; readonly isInterrupted: boolean },
): Promise<CataloguedError> {
  if (given.isInterrupted) {
    if (error instanceof CataloguedError && error.code === "INTERRUPTED") return error;
    return foundationErrors.INTERRUPTED({ doing: `running ${given.argv[0] ?? "refrain"}` }, error);
  }
  if (error instanceof CataloguedError && error.exitCode !== 70) return error;
  const unusable = asUnusablePath(error);
  if (unusable) return unusable;
  const id = randomUUID().slice(0, 8);
  const report = join(tmpdir(), `refrain-fault-${id}.txt`);
  const words = [`refrain ${given.argv.join(" ")}`, `node ${process.version}`, ...causes(error)];
  const isWritten = await writeFile(report, `${words.join("\n\n")}\n`, { mode: 0o600 }).then(
    () => true,
    () => false,
  );
  return cliErrors.UNEXPECTED(
    { id, report: isWritten ? `the file ${report}` : "its full command line" },
    error,
  );
}

const systemReasons: Readonly<Record<string, string>> = {
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EROFS: "the file system is read-only",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of it is a file and not a folder",
  EEXIST: "a file stands there and no folder",
  ENOENT: "it is not there",
  ENAMETOOLONG: "its name is too long",
  ELOOP: "its links go in a circle",
  EMFILE: "too many files are open",
};

/** What the system says of a path that a user gave is no fault of ours. */
function asUnusablePath(error: unknown): CataloguedError | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const why = systemReasons[String(error.code)];
  if (why === undefined) return undefined;
  const { path, dest } = error as NodeJS.ErrnoException & { dest?: string };
  // A file is written beside its place under a name of ours, which would not help anybody.
  const named = (dest ?? path ?? "A file").replace(/\.[0-9a-f]{8}\.part$/, "");
  return cliErrors.PATH_UNUSABLE({ path: named, why }, error);
}

/** An error and its causes, the outermost first: stack, code and details of each. */
export function causes(error: unknown): string[] {
  const found: string[] = [];
  for (let at = error; at !== undefined && found.length < 10; ) {
    const details = at instanceof CataloguedError ? `\n${JSON.stringify(at.details, null, 2)}` : "";
    found.push(`${at instanceof Error ? (at.stack ?? at.message) : String(at)}${details}`);
    at = at instanceof Error ? at.cause : undefined;
  }
  return found;
}

/** The document that `--json` prints for a failure. */
export function failureDocument(error: CataloguedError): object {
  const { code, message, hint, details } = error;
  return { error: { code, message, hint, details } };
}

/** The same for a person: the code and two sentences. */
export function failureText(error: CataloguedError): string {
  return `${error.code}: ${error.message} ${error.hint}`;
}
