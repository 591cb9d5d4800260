import type { ZodType, z } from "zod";

/** zod, handed to a schema when values are read: `--help` does not load it. */
export type Zod = typeof z;

/** One option of a command: what stands on the command line and how its text is read. */
export interface Flag<Value> {
  /** What stands for the value in the help, for example `<n>`; absent for a switch. */
  readonly placeholder?: string;
  readonly doc: string;
  /** Ends the sentence "Give --users …". */
  readonly expected: string;
  /** Turns the text (or texts, where it may be repeated) into a value. */
  readonly schema: (z: Zod) => ZodType<Value>;
  readonly required?: boolean;
  readonly repeatable?: boolean;
  readonly fallback?: Value;
}

/** Options of a command by name in camelCase: `sampleUsers` is `--sample-users`. */
export type Flags = Readonly<Record<string, Flag<unknown>>>;

/** The values that a command's `run` is given. */
export type Values<F extends Flags> = {
  readonly [Name in keyof F]: F[Name] extends Flag<infer Value> ? Value : never;
};

/** Makes an option obligatory. */
export function needed<Value>(flag: Flag<Value | undefined>): Flag<Value> {
  return { ...(flag as Flag<Value>), required: true };
}

/** Gives an option a default, printed in the help. */
export function defaulting<Value>(flag: Flag<Value | undefined>, fallback: Value): Flag<Value> {
  return { ...(flag as Flag<Value>), fallback };
}

/** A switch, off unless given. */
export function toggle(doc: string): Flag<boolean> {
  return { doc, expected: "without a value", schema: (z) => z.boolean(), fallback: false };
}

/** Free text. */
export function text(placeholder: string, doc: string): Flag<string | undefined> {
  return { placeholder, doc, expected: "a text", schema: (z) => z.string().min(1) };
}

/** A file or folder. */
export function path(placeholder: string, doc: string): Flag<string | undefined> {
  return { placeholder, doc, expected: "a path", schema: (z) => z.string().min(1) };
}

/** One word of a list. */
export function choice<const Word extends string>(
  words: readonly Word[],
  doc: string,
): Flag<Word | undefined> {
  return {
    placeholder: words.length > 4 ? "<name>" : `<${words.join("|")}>`,
    doc: words.length > 4 ? `${doc}: ${words.join(", ")}` : doc,
    expected: `one of ${words.join(", ")}`,
    schema: (z) => z.enum(words),
  };
}

/** A whole number of at least `least`. */
export function whole(
  placeholder: string,
  doc: string,
  { least = 1, most = 2 ** 53 - 1 }: { least?: number; most?: number } = {},
): Flag<number | undefined> {
  const bound = most < 2 ** 53 - 1 ? ` from ${least} to ${most}` : ` of at least ${least}`;
  return {
    placeholder,
    doc,
    expected: `a whole number${bound}`,
    schema: (z) =>
      z
        .string()
        .regex(/^-?\d+$/)
        .transform(Number)
        .pipe(z.int().min(least).max(most)),
  };
}

/** A share of a whole, above 0 (or from 0) up to 1. */
export function share(
  placeholder: string,
  doc: string,
  { zero = false }: { zero?: boolean } = {},
): Flag<number | undefined> {
  return {
    placeholder,
    doc,
    expected: `a number ${zero ? "from 0" : "above 0"} up to 1`,
    schema: (z) =>
      z
        .string()
        .regex(/^\d*\.?\d+$/)
        .transform(Number)
        .pipe(zero ? z.number().min(0).max(1) : z.number().gt(0).max(1)),
  };
}

/** A day, `YYYY-MM-DD`. */
export function day(placeholder: string, doc: string): Flag<string | undefined> {
  return {
    placeholder,
    doc,
    expected: "a day such as 2017-03-31",
    schema: (z) => z.iso.date(),
  };
}

/** A moment of the log's own time; a day is its first moment. */
export function moment(placeholder: string, doc: string): Flag<string | undefined> {
  return {
    placeholder,
    doc,
    expected: "a day or moment such as 2017-04-01 or 2017-04-01T12:00:00",
    schema: (z) => z.union([z.iso.date(), z.iso.datetime({ local: true })]),
  };
}

/** Days, the option once for each. */
export function days(placeholder: string, doc: string): Flag<readonly string[] | undefined> {
  return {
    placeholder,
    doc,
    repeatable: true,
    expected: "days such as 2017-03-31",
    schema: (z) => z.array(z.iso.date()),
  };
}

/** Words separated by commas. */
export function list(placeholder: string, doc: string): Flag<readonly string[] | undefined> {
  return {
    placeholder,
    doc,
    expected: "names separated by commas",
    schema: (z) =>
      z.string().transform((given) =>
        given
          .split(",")
          .map((word) => word.trim())
          .filter(Boolean),
      ),
  };
}

/** `want=have`, may be repeated. */
export function pairs(placeholder: string, doc: string): Flag<Record<string, string> | undefined> {
  return {
    placeholder,
    doc,
    repeatable: true,
    expected: `in the form ${placeholder.replace(/[<>]/g, "")}`,
    schema: (z) =>
      z
        .array(z.string().regex(/^[^=]+=[^=]+$/))
        .transform((given) => Object.fromEntries(given.map((pair) => pair.split("=")))),
  };
}
