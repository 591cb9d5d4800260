import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Root of the checkout. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** Files of the checkout that git tracks or would track, relative to the root. */
export function checkoutFiles(pattern: RegExp): string[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  return listed
    .split("\n")
    .filter((file) => pattern.test(file) && existsSync(`${root}/${file}`))
    .sort();
}

/** The text of a file of the checkout. */
export function readText(file: string): string {
  return readFileSync(`${root}/${file}`, "utf8");
}
