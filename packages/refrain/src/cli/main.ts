import { readFile } from "node:fs/promises";
import { CommanderError } from "commander";
import { parseBytes } from "../foundation/index.js";
import { commands } from "./catalogue.js";
import type { Command, Job } from "./command.js";
import { commonFlags } from "./common-flags.js";
import { asCatalogued, causes, failureDocument, failureText } from "./failure.js";
import { openLog } from "./log.js";
import { buildProgram, type Parsed } from "./program.js";
import { progressFace } from "./progress.js";
import { readFlags } from "./read-flags.js";
import { OutputClosed, processTerminal, type Terminal, write } from "./terminal.js";
import { asUsageError } from "./usage-errors.js";

/**
 * Runs one command line.
 * @param argv words after `refrain`
 * @param terminal streams and signals; those of the process unless told
 * @param catalogue commands to choose from
 * @returns exit code: 0 done, 2 wrong use, 3 bad input, 4 a gate failed, 5 interrupted, 70 a fault
 *   of ours
 */
export async function main(
  argv: readonly string[],
  terminal: Terminal = processTerminal(),
  catalogue: readonly Command[] = commands,
): Promise<number> {
  const stop = new AbortController();
  let release = (): void => undefined;
  const stray = new Promise<never>((_, onStray) => {
    release = terminal.watch({ onInterrupt: () => stop.abort(), onStray });
  });
  try {
    const parsed = await parse(argv, terminal, catalogue);
    if (!parsed) return 0;
    return await Promise.race([runCommand(parsed, terminal, stop.signal), stray]);
  } catch (error) {
    return await fail(error, { argv, terminal, isInterrupted: stop.signal.aborted });
  } finally {
    release();
  }
}

async function parse(
  argv: readonly string[],
  terminal: Terminal,
  catalogue: readonly Command[],
): Promise<Parsed | undefined> {
  let help = "";
  let parsed: Parsed | undefined;
  const sink = {
    write: (text: string): void => {
      help += text;
    },
    columns: terminal.stdout.columns,
  };
  const program = buildProgram(catalogue, await ownVersion(), sink, (found) => {
    parsed = found;
  });
  try {
    // Commander prints the help of `refrain` alone as an error; it is an answer.
    program.parse(argv.length === 0 ? ["--help"] : [...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw asUsageError(error, argv);
    await write(terminal.stdout, `${help.trimEnd()}\n`);
  }
  return parsed;
}

async function runCommand(
  { command, operands, raw }: Parsed,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const common = await readFlags(command.name, commonFlags, raw);
  const values = await readFlags(command.name, command.flags, raw);
  const face = progressFace(terminal, common.quiet);
  const log = await openLog(terminal, common.verbose);
  const job: Job = {
    limits: {
      ...(common.threads === undefined ? {} : { threads: common.threads }),
      ...(common.memory === undefined
        ? {}
        : { memoryBytes: parseBytes("--memory", common.memory) }),
    },
    seed: common.seed,
    json: common.json,
    signal,
    onProgress: face.show,
    log,
    say: face.say,
    emit: (text) => write(terminal.stdout, text),
  };
  log(`refrain ${command.name}`, { operands, ...raw });
  try {
    const outcome = await command.run(job, operands, values as never);
    face.stop();
    await write(terminal.stdout, common.json ? json(outcome.document) : (outcome.text ?? ""));
    return outcome.exit ?? 0;
  } finally {
    face.stop();
  }
}

async function fail(
  error: unknown,
  given: { argv: readonly string[]; terminal: Terminal; isInterrupted: boolean },
): Promise<number> {
  if (error instanceof OutputClosed) return 0;
  const { argv, terminal } = given;
  const seen = await asCatalogued(error, given);
  const options = argv.includes("--") ? argv.slice(0, argv.indexOf("--")) : argv;
  const print = options.includes("--json")
    ? write(terminal.stdout, json(failureDocument(seen)))
    : write(terminal.stderr, `${failureText(seen)}\n`);
  await print.catch(() => undefined);
  if (options.includes("--verbose")) {
    const log = await openLog(terminal, true);
    for (const cause of causes(error)) log(cause);
  }
  return seen.exitCode;
}

function json(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

async function ownVersion(): Promise<string> {
  const text = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
