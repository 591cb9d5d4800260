/**
 * Null-like and placeholder values: texts and numbers that stand where "nothing" was meant. They
 * are counted exactly in every column, however many values it has.
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
];
const placeholders = [
  "-1",
  "-1.0",
  "-99",
  "-999",
  "-9999",
  "999",
  "9999",
  "99999",
  "999999",
  "0000-00-00",
  "1900-01-01",
  "1970-01-01",
  "9999-12-31",
  "0000-00-00 00:00:00",
  "1970-01-01 00:00:00",
  "1970-01-01T00:00:00",
];
const zeros = ["0", "0.0"];

const variants = (word: string): string[] => [
  word,
  word.toUpperCase(),
  (word[0] ?? "").toUpperCase() + word.slice(1),
];
const asText = ["", " ", "NaN", "NaT", "N/a", "#N/A", "\\N"]
  .concat(words.flatMap(variants), placeholders, zeros)
  .filter((text, at, all) => all.indexOf(text) === at);

/** Texts as they stand in delimited files. */
export const delimitedSpecials: readonly string[] = asText.filter((text) => text !== "");

/** The same as JSON text: each as a string, the numbers also bare, and empty lists and objects. */
export const jsonSpecials: readonly string[] = [
  ...asText.map((text) => JSON.stringify(text)),
  ...placeholders.filter((text) => /^-?\d+(\.\d+)?$/.test(text)),
  ...zeros,
  "[]",
  "{}",
];

const wordSet = new Set(words);
const placeholderSet = new Set(placeholders);

/** Whether a text says "nothing": empty, blank, `null`, `NaN`, `N/A`, `?`, … */
export function isNullLike(text: string): boolean {
  return text.trim() === "" || wordSet.has(text.trim().toLowerCase());
}

/** Whether a text is a number or a date that people write where there is none: -1, 9999, … */
export function isPlaceholder(text: string): boolean {
  return placeholderSet.has(text);
}
