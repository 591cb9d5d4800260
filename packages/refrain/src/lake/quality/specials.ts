/**
 * Null-like and placeholder values: texts and numbers that stand where "nothing" was meant. The
 * short ones are counted exactly in every column, however many values it has.
 */
const words = [
  "null",
  "nil",
  "none",
  "nan",
  "n/a",
  "na",
  "#n/a",
  "n.a.",
  "nat",
  "undefined",
  "unknown",
  "missing",
  "empty",
  "(null)",
  "<null>",
  "[null]",
  "\\n",
  "?",
  "-",
  "--",
  "tbd",
  "inf",
  "-inf",
  "infinity",
  "-nan",
];
const placeholderNumbers = ["-1", "-1.0", "-99", "-999", "-9999", "9999", "99999", "999999"];
const placeholderDates = ["0000-00-00", "1900-01-01", "1970-01-01", "9999-12-31"];
const zeros = ["0", "0.0"];
const shortBytes = 6;

const variants = (word: string): string[] => [
  word,
  word.toUpperCase(),
  (word[0] ?? "").toUpperCase() + word.slice(1),
];
const short = ["", " ", "NaN", "NaT", "N/a"]
  .concat(words.flatMap(variants), placeholderNumbers, zeros)
  .filter((text, at, all) => text.length <= shortBytes && all.indexOf(text) === at);

/** Texts as they stand in delimited files. */
export const delimitedSpecials: readonly string[] = short.filter((text) => text !== "");

/** The same as JSON text: each as a string, the numbers also bare, and empty lists and objects. */
export const jsonSpecials: readonly string[] = [
  ...short.map((text) => JSON.stringify(text)),
  ...placeholderNumbers,
  ...zeros,
  "[]",
  "{}",
];

/** Those of one way of writing values. */
export function specialsOf(json: boolean): readonly string[] {
  return json ? jsonSpecials : delimitedSpecials;
}

const wordSet = new Set(words);
const placeholderSet = new Set(placeholderNumbers);

/** Whether a text says "nothing": empty, blank, `null`, `NaN`, `N/A`, `?`, … */
export function isNullLike(text: string): boolean {
  return text.trim() === "" || wordSet.has(text.trim().toLowerCase());
}

/** Whether a text is a number or a date that people write where there is none: -1, 9999, … */
export function isPlaceholder(text: string): boolean {
  return placeholderSet.has(text) || placeholderDates.includes(text.slice(0, 10));
}
