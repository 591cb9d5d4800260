/** Fields of one line, the way the bulk reader splits it. */

/**
 * Splits a line at a delimiter; with `quoted`, a field that begins with `"` ends at the next lone
 * `"` and may hold delimiters and doubled quotes; elsewhere a quote is a character like others.
 * @returns the fields without their quotes, or undefined when a quoted field does not end properly
 */
export function splitFields(
  line: string,
  delimiter: string,
  quoted: boolean,
): string[] | undefined {
  if (!quoted || !line.includes('"')) return line.split(delimiter);
  const fields: string[] = [];
  let at = 0;
  while (at <= line.length) {
    if (line[at] !== '"') {
      const end = line.indexOf(delimiter, at);
      const stop = end < 0 ? line.length : end;
      fields.push(line.slice(at, stop));
      if (end < 0) return fields;
      at = end + delimiter.length;
      continue;
    }
    const end = closingQuote(line, at);
    if (end < 0) return undefined;
    fields.push(line.slice(at + 1, end).replaceAll('""', '"'));
    at = end + 1;
    if (at === line.length) return fields;
    if (!line.startsWith(delimiter, at)) return undefined;
    at += delimiter.length;
  }
  return fields;
}

function closingQuote(line: string, opening: number): number {
  for (let at = line.indexOf('"', opening + 1); at >= 0; at = line.indexOf('"', at + 2)) {
    if (line[at + 1] !== '"') return at;
  }
  return -1;
}
