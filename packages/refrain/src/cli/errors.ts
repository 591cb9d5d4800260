import { errorCatalogue } from "@refrain/learn";

const meant = (d: { suggestion?: string | undefined }): string =>
  d.suggestion ? `Did you mean ${d.suggestion}?` : "";

/** Codes of the command line. */
export const cliErrors = errorCatalogue({
  COMMAND_UNKNOWN: {
    status: 400,
    exit: 2,
    problem: (d: { given: string }) => `There is no command "${d.given}".`,
    remedy: (d: { suggestion?: string | undefined }) =>
      meant(d) || "See the commands with: refrain --help.",
  },
  OPTION_UNKNOWN: {
    status: 400,
    exit: 2,
    problem: (d: { command: string; given: string }) =>
      `The command ${d.command} has no option ${d.given}.`,
    remedy: (d: { command: string; suggestion?: string | undefined }) =>
      meant(d) || `See its options with: refrain ${d.command} --help.`,
  },
  OPTION_MISSING: {
    status: 400,
    exit: 2,
    problem: (d: { command: string; option: string }) =>
      `The command ${d.command} needs ${d.option}.`,
    remedy: (d: { command: string }) => `See an example with: refrain ${d.command} --help.`,
  },
  OPTION_EMPTY: {
    status: 400,
    exit: 2,
    problem: (d: { option: string }) => `${d.option} stands without its value.`,
    remedy: (d: { option: string; expected: string }) => `Give ${d.option} ${d.expected}.`,
  },
  OPTION_CONFLICT: {
    status: 400,
    exit: 2,
    problem: (d: { first: string; second: string }) =>
      `${d.first} and ${d.second} do not go together.`,
    remedy: (d: { remedy: string }) => d.remedy,
  },
  ARGUMENT_MISSING: {
    status: 400,
    exit: 2,
    problem: (d: { command: string; argument: string }) =>
      `The command ${d.command} needs ${d.argument}.`,
    remedy: (d: { command: string }) => `See an example with: refrain ${d.command} --help.`,
  },
  ARGUMENT_UNEXPECTED: {
    status: 400,
    exit: 2,
    problem: (d: { command: string; given: string }) =>
      `The command ${d.command} does not know what to do with "${d.given}".`,
    remedy: (d: { command: string }) => `See its arguments with: refrain ${d.command} --help.`,
  },
  PATH_UNUSABLE: {
    status: 422,
    exit: 3,
    problem: (d: { path: string; why: string }) => `${d.path} cannot be used: ${d.why}.`,
    remedy: () => "Check the path and who may read and write there.",
  },
  UNEXPECTED: {
    status: 500,
    exit: 70,
    problem: (d: { id: string }) => `Something went wrong that is our fault (fault ${d.id}).`,
    remedy: (d: { report: string }) =>
      `Please report it with ${d.report}, or see more by running the same command with --verbose.`,
  },
});
