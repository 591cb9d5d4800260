import { foundationErrors } from "../foundation/index.js";
import { cliErrors } from "./errors.js";
import type { Flags, Values } from "./flags.js";
import { longName } from "./program.js";

/**
 * Reads the raw texts of options into values; those not given get their default or undefined.
 * @throws OPTION_INVALID, OPTION_MISSING
 */
export async function readFlags<F extends Flags>(
  command: string,
  flags: F,
  raw: Readonly<Record<string, unknown>>,
): Promise<Values<F>> {
  const { z } = await import("zod");
  const values: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(flags)) {
    const given = raw[name];
    if (given === undefined) {
      if (flag.required) {
        throw cliErrors.OPTION_MISSING({
          command,
          option: `${longName(name)} ${flag.placeholder ?? ""}`.trim(),
        });
      }
      values[name] = flag.fallback;
      continue;
    }
    const read = flag.schema(z).safeParse(given);
    if (!read.success) {
      throw foundationErrors.OPTION_INVALID({
        option: longName(name),
        given: Array.isArray(given) ? given.join(" ") : String(given),
        expected: flag.expected,
      });
    }
    values[name] = read.data;
  }
  return values as Values<F>;
}
