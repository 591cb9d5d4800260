import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const bench = fileURLToPath(new URL("..", import.meta.url));

/** Path of a peer's script in bench/peers. */
export function peerScript(name: string): string {
  return join(bench, "peers", name);
}

/** Peers that are installed together. */
export type PeerSet = "learn" | "explain" | "spark" | "detectors" | "als" | "lstm";

/**
 * Python with the pinned peers of `peers/NAME-requirements.txt`, in a virtual environment of its
 * own
 * that is made on first use and again when the pins change.
 * @returns path of the interpreter
 */
export function peerPython(name: PeerSet = "learn"): string {
  const requirements = peerScript(`${name}-requirements.txt`);
  const pins = readFileSync(requirements, "utf8");
  const folder = join(bench, ".venv", name);
  const python = join(folder, "bin", "python");
  const stamp = join(folder, "pins.txt");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === pins) return python;
  execFileSync("python3", ["-m", "venv", folder], { stdio: "ignore" });
  const install = ["-m", "pip", "install", "--quiet", "-r", requirements];
  execFileSync(python, install, { stdio: "ignore" });
  writeFileSync(stamp, pins);
  return python;
}
