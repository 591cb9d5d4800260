import { errorCatalogue } from "@refrain/learn";

/** Codes of the foundation layer. */
export const foundationErrors = errorCatalogue({
  FILE_NOT_FOUND: {
    status: 404,
    exit: 3,
    problem: (d: { path: string }) => `There is no file or folder ${d.path}.`,
    remedy: () => "Check the path; globs must match at least one file.",
  },
  DISK_FULL: {
    status: 507,
    exit: 3,
    problem: (d: { path: string }) => `The disk is full while writing ${d.path}.`,
    remedy: () => "Free some space and run the same command again; nothing half-written was kept.",
  },
  INTERRUPTED: {
    status: 503,
    exit: 5,
    problem: (d: { doing: string }) => `Stopped while ${d.doing}.`,
    remedy: () => "Run the same command again; what was committed before is safe.",
  },
  OPTION_INVALID: {
    status: 400,
    exit: 2,
    problem: (d: { option: string; given: string }) => `${d.option} cannot be "${d.given}".`,
    remedy: (d: { option: string; expected: string }) => `Give ${d.option} ${d.expected}.`,
  },
});
