/** Forms in which dates and times are written. */
const forms: readonly (readonly [name: string, test: RegExp])[] = [
  ["year", /^(?:1[89]|20|21)\d\d$/],
  ["year and month", /^\d{4}[-/.](?:0[1-9]|1[0-2])$/],
  ["year-month-day", /^\d{4}-\d\d-\d\d$/],
  ["yearmonthday", /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/],
  ["year/month/day", /^\d{4}[/.]\d{1,2}[/.]\d{1,2}$/],
  ["day and month before year", /^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}$/],
  ["date and time", /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?$/],
  [
    "date, time and zone",
    /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?\s?(?:Z|[+-]\d\d:?\d\d)$/,
  ],
  ["other date and time", /^\d{1,4}[/.]\d{1,2}[/.]\d{1,4}[T ]\d{1,2}:\d\d/],
  ["epoch time in seconds", /^1\d{9}$/],
  ["epoch time in milliseconds", /^1\d{12}$/],
];

/** Name of the form in which a text writes a date or a time; undefined when it is none. */
export function dateForm(text: string): string | undefined {
  return forms.find(([, test]) => test.test(text))?.[0];
}

const certain = new Set(["year and month", "year-month-day", "year/month/day"]);

/** Whether most of the texts are dates beyond doubt (years and numbers alone prove nothing). */
export function mostlyDates(texts: readonly string[]): boolean {
  if (texts.length === 0) return false;
  const named = texts.map(dateForm);
  const sure = named.filter(
    (form) => form !== undefined && (certain.has(form) || form.includes("time")),
  );
  const proof = sure.filter((form) => !form?.startsWith("epoch"));
  return proof.length >= 0.3 * texts.length && named.filter(Boolean).length >= 0.8 * texts.length;
}
