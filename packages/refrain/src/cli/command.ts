import type { JobOptions, Limits } from "../foundation/index.js";
import type { Flags, Values } from "./flags.js";

/** Writes technical detail to standard error when `--verbose` is given. */
export type Log = (message: string, details?: object) => void;

/** What every command is given besides its own options. */
export interface Job extends Required<JobOptions> {
  readonly limits: Partial<Limits>;
  readonly seed: number;
  readonly json: boolean;
  readonly log: Log;
  /** Prints one line on standard error, unless `--quiet`. */
  readonly say: (line: string) => void;
  /** Writes to standard output; for results too large to be held. */
  readonly emit: (text: string) => Promise<void>;
}

/** What a command gives back: the document of `--json` and the same for a person. */
export interface Outcome {
  readonly document: object;
  /** Text for standard output; absent where the command has written it already. */
  readonly text?: string;
  /** Exit code when it is not 0: 4 where a gate failed. */
  readonly exit?: 4;
}

/** A positional argument: `name`, `[name]`, `name...` or `[name...]` as commander writes them. */
export interface Argument {
  readonly name: string;
  readonly doc: string;
}

/** One command: data for the help and the parser, and the one function that it calls. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly arguments: readonly Argument[];
  readonly flags: Flags;
  /** Command lines with what each does; printed at the end of the help. */
  readonly examples: readonly string[];
  /** What the help shows of these where arguments stand before `--help`; absent: everything. */
  readonly helpOf?: (operands: readonly string[]) => Pick<Command, "flags" | "examples">;
  readonly run: (job: Job, operands: readonly string[], values: never) => Promise<Outcome>;
}

/** Declares a command; the values of `run` have the types of the flags. */
export function command<const F extends Flags>(
  declaration: Omit<Command, "flags" | "run"> & {
    readonly flags: F;
    readonly run: (job: Job, operands: readonly string[], values: Values<F>) => Promise<Outcome>;
  },
): Command {
  return declaration as Command;
}

/** Limits and hooks of a job as every exported function takes them. */
export function jobOptions(job: Job): JobOptions & { readonly limits: Partial<Limits> } {
  return { limits: job.limits, signal: job.signal, onProgress: job.onProgress };
}

/** The options that were given, without those left undefined. */
export function present<Options extends object>(
  options: Options,
): { [Name in keyof Options]?: Exclude<Options[Name], undefined> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as never;
}
