/** An identifier for SQL, quoted; any name is safe. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text literal for SQL where no parameter can stand (file lists, COPY targets). */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A path for the engine's readers, which would take `*`, `?` and `[` in it for a pattern. */
export function quotePath(path: string): string {
  return quoteText(path.replace(/[*?[]/g, "[$&]"));
}
