import type { CataloguedError } from "@refrain/learn";
import type { CommanderError } from "commander";
import { cliErrors } from "./errors.js";

/**
 * Commander's complaint as a catalogued error.
 * @param given the words of the command line
 */
export function asUsageError(error: CommanderError, given: readonly string[]): CataloguedError {
  const command = given.find((word) => !word.startsWith("-")) ?? "refrain";
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? "";
  const suggestion = /Did you mean (?:one of )?([^?]+)\?/.exec(error.message)?.[1];
  switch (error.code) {
    case "commander.unknownCommand":
      return cliErrors.COMMAND_UNKNOWN({ given: quoted, suggestion });
    case "commander.unknownOption":
      return cliErrors.OPTION_UNKNOWN({ command, given: quoted, suggestion });
    case "commander.optionMissingArgument":
      return cliErrors.OPTION_EMPTY({
        option: quoted.split(" ")[0] ?? quoted,
        expected: `a value: ${quoted}`,
      });
    case "commander.missingArgument":
      return cliErrors.ARGUMENT_MISSING({ command, argument: quoted });
    case "commander.excessArguments":
      return cliErrors.ARGUMENT_UNEXPECTED({ command, given: given.at(-1) ?? "" });
    default:
      // `help` of a command that does not exist.
      return cliErrors.COMMAND_UNKNOWN({ given: given.at(-1) ?? "", suggestion });
  }
}
