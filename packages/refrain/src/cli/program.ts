import { Help, Option, Command as Parser } from "commander";
import type { Command } from "./command.js";
import { commonFlags } from "./common-flags.js";
import type { Flag, Flags } from "./flags.js";

/** What was found on the command line: a command, its arguments, the raw texts of its options. */
export interface Parsed {
  readonly command: Command;
  readonly operands: readonly string[];
  readonly raw: Readonly<Record<string, unknown>>;
}

/** Where the parser puts help texts, and the width it may use. */
export interface HelpSink {
  readonly write: (text: string) => void;
  readonly columns?: number | undefined;
}

const about =
  "Tells a music, video or game service from its logs who will leave and who will pay, with proof.";

/** Builds the commander program of a catalogue; `found` receives what was asked for. */
export function buildProgram(
  commands: readonly Command[],
  version: string,
  sink: HelpSink,
  found: (parsed: Parsed) => void,
): Parser {
  const program = new Parser("refrain")
    .description(about)
    .version(version, "--version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .exitOverride()
    .configureOutput({
      writeOut: sink.write,
      // Only errors reach this, and those are rendered by the caller.
      writeErr: () => undefined,
      getOutHelpWidth: () => Math.min(sink.columns ?? 100, 100),
    })
    .configureHelp({ showGlobalOptions: true, styleTitle });
  addOptions(program, commonFlags);
  program.addHelpText(
    "after",
    `\nStart with: refrain demo\nHelp of one command: refrain demo --help`,
  );
  for (const command of commands) addCommand(program, command, found);
  return program;
}

function addCommand(program: Parser, command: Command, found: (parsed: Parsed) => void): void {
  const parser = program.command(command.name).description(command.summary);
  for (const argument of command.arguments) parser.argument(argument.name, argument.doc);
  addOptions(parser, command.flags);
  parser.helpOption("-h, --help", "print this help");
  const shown = () => command.helpOf?.(parser.args) ?? command;
  parser.configureHelp({
    ...program.configureHelp(),
    visibleOptions: (of) => [
      ...Object.entries(shown().flags).map(([name, flag]) => option(name, flag)),
      ...new Help().visibleOptions(of).filter(({ long }) => long === "--help"),
    ],
  });
  parser.addHelpText("after", () => {
    const { examples } = shown();
    const heading = examples.length > 1 ? "Examples:" : "Example:";
    return ["", heading, ...examples.map((line) => `  ${line}`)].join("\n");
  });
  parser.action((...given: unknown[]) => {
    const operands = given
      .slice(0, command.arguments.length)
      .flat()
      .filter((word) => word !== undefined);
    found({ command, operands: operands as string[], raw: parser.optsWithGlobals() });
  });
}

/** Commander's name for what a reader calls options of every command. */
function styleTitle(title: string): string {
  return title === "Global Options:" ? "Every command:" : title;
}

function addOptions(parser: Parser, flags: Flags): void {
  for (const [name, flag] of Object.entries(flags)) parser.addOption(option(name, flag));
}

function option(name: string, flag: Flag<unknown>): Option {
  const placeholder = flag.placeholder ? ` ${flag.placeholder}` : "";
  const made = new Option(`${longName(name)}${placeholder}`, flag.doc);
  // Checked when the texts are read: commander would complain of it before an unknown option.
  if (flag.required) made.description += " (required)";
  if (flag.repeatable) {
    made.argParser((word: string, before: unknown) => [...((before as string[]) ?? []), word]);
  }
  // The help prints the default; the value itself is set when the texts are read.
  if (flag.placeholder && flag.fallback !== undefined) {
    made.description += ` (default: ${String(flag.fallback)})`;
  }
  return made;
}

/** `sampleUsers` as it stands on the command line: `--sample-users`. */
export function longName(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
