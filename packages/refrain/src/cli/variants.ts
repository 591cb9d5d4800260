import { type Command, command, type Job, type Outcome } from "./command.js";
import { cliErrors } from "./errors.js";
import type { Flag, Flags, Values } from "./flags.js";
import { longName } from "./program.js";
import { readFlags } from "./read-flags.js";

/** What a command does where its first argument is one of these names. */
export interface Variant {
  /** Words that choose it: `gaming`, or `churn` and `premium`. */
  readonly names: readonly string[];
  readonly flags: Flags;
  readonly examples: readonly string[];
  /** `operands` start with the name. */
  readonly run: (job: Job, operands: readonly string[], values: never) => Promise<Outcome>;
}

/** Declares a variant; the values of `run` have the types of its flags. */
export function variant<const F extends Flags>(
  declaration: Omit<Variant, "flags" | "run"> & {
    readonly flags: F;
    readonly run: (job: Job, operands: readonly string[], values: Values<F>) => Promise<Outcome>;
  },
): Variant {
  return declaration as Variant;
}

/** A command whose first argument chooses what it does, with options of its own for each. */
export function commandOfVariants(
  declaration: Omit<Command, "flags" | "examples" | "run"> & {
    readonly variants: readonly Variant[];
  },
): Command {
  const { variants, ...rest } = declaration;
  const [choice, ...others] = rest.arguments;
  const alone = `refrain ${rest.name} ${variants[0]!.names[0]} --help`;
  const all = {
    flags: allFlags(variants),
    examples: variants.flatMap((one) => one.examples),
  };
  return command({
    ...rest,
    ...all,
    arguments: [{ ...choice!, doc: `${choice!.doc} (its options alone: ${alone})` }, ...others],
    helpOf: ([name = ""]) => variants.find((one) => one.names.includes(name)) ?? all,
    async run(job, operands, raw: Readonly<Record<string, unknown>>) {
      const [name = ""] = operands;
      const chosen = variants.find((one) => one.names.includes(name));
      if (chosen === undefined) {
        const { workflowErrors } = await import("../workflow/index.js");
        const known = variants.flatMap((one) => one.names);
        throw workflowErrors.TASK_UNKNOWN({ given: name, known });
      }
      const stray = Object.keys(raw).find((flag) => raw[flag] !== undefined && !chosen.flags[flag]);
      if (stray !== undefined) {
        throw cliErrors.OPTION_CONFLICT({
          first: longName(stray),
          second: name,
          remedy: `See the options with: refrain ${rest.name} ${name} --help.`,
        });
      }
      const values = await readFlags(`${rest.name} ${name}`, chosen.flags, raw);
      return await chosen.run(job, operands, values as never);
    },
  });
}

/** The flags of all variants for parser and help; their texts are read by the chosen one. */
function allFlags(variants: readonly Variant[]): Flags {
  const names = [...new Set(variants.flatMap(({ flags }) => Object.keys(flags)))];
  return Object.fromEntries(names.map((name) => [name, sharedFlag(name, variants)]));
}

function sharedFlag(name: string, variants: readonly Variant[]): Flag<unknown> {
  const owners = variants.filter(({ flags }) => flags[name] !== undefined);
  const first = owners[0]!.flags[name]!;
  const docs = new Map<string, string[]>();
  for (const { flags, names } of owners) {
    const doc = helpOf(flags[name]!);
    docs.set(doc, [...(docs.get(doc) ?? []), ...names]);
  }
  const isEverywhere = owners.length === variants.length && docs.size === 1;
  const { required: _, fallback: __, ...shown } = first;
  return {
    ...shown,
    doc: isEverywhere
      ? helpOf(first)
      : [...docs].map(([doc, names]) => `${names.join(", ")}: ${doc}`).join("; "),
    schema: (z) => z.unknown(),
  };
}

function helpOf({ doc, required, placeholder, fallback }: Flag<unknown>): string {
  const shown = placeholder !== undefined && fallback !== undefined;
  return doc + (required ? " (required)" : "") + (shown ? ` (default: ${String(fallback)})` : "");
}
