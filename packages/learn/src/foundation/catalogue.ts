/**
 * Errors are data: a code and its details. A catalogue gives each code its HTTP status, its exit
 * code and two sentences (what is wrong, what to do); only the faces of the product print them.
 */

/** What a catalogue says about one code. */
export interface ErrorEntry<Details> {
  /** HTTP status that a service answers with. */
  readonly status: 400 | 404 | 409 | 413 | 422 | 429 | 500 | 503 | 507;
  /**
   * Exit code of the command line: 2 wrong use, 3 bad input, 4 a gate failed, 5 stopped, 70 ours.
   */
  readonly exit: 2 | 3 | 4 | 5 | 70;
  /** One sentence: what is wrong, with the values in it. */
  readonly problem: (details: Details) => string;
  /** One sentence: what to do about it. */
  readonly remedy: (details: Details) => string;
}

/** An error that a user can act on; `details` is what happened, `message` and `hint` say it. */
export class CataloguedError extends Error {
  /** Always `CataloguedError`. */
  override readonly name: string = "CataloguedError";
  /** Code in capitals, for example `COLUMN_MISSING`; it stands in docs/reference/errors.md. */
  readonly code: string;
  /** What to do, one sentence. */
  readonly hint: string;
  /** The values behind the message, as plain data. */
  readonly details: Readonly<Record<string, unknown>>;
  /** HTTP status that a service answers with. */
  readonly status: number;
  /** Exit code of the command line. */
  readonly exitCode: number;

  constructor(code: string, entry: ErrorEntry<never>, details: object, cause?: unknown) {
    super(entry.problem(details as never), cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = entry.remedy(details as never);
    this.details = { ...details };
    this.status = entry.status;
    this.exitCode = entry.exit;
  }
}

/** The details that an entry makes its sentences from. */
export type DetailsOf<Entry> = Entry extends ErrorEntry<infer Details> ? Details : never;

/** A catalogue: for each code a function that makes the error, and the entries themselves. */
export type ErrorCatalogue<Entries> = {
  readonly [Code in keyof Entries]: (
    details: DetailsOf<Entries[Code]>,
    cause?: unknown,
  ) => CataloguedError;
} & {
  /** The entries themselves, by code. */
  readonly entries: Entries;
};

/**
 * Makes a catalogue from its entries.
 * @param entries one entry a code; annotate the parameter of `problem` with the details' type
 * @returns functions of the same names: `throw lakeErrors.LAKE_CHANGED({ version: 3 })`
 */
export function errorCatalogue<const Entries extends Record<string, ErrorEntry<never>>>(
  entries: Entries,
): ErrorCatalogue<Entries> {
  const makers = Object.entries(entries).map(([code, entry]) => [
    code,
    (details: object, cause?: unknown) => new CataloguedError(code, entry, details, cause),
  ]);
  return { ...Object.fromEntries(makers), entries } as ErrorCatalogue<Entries>;
}
