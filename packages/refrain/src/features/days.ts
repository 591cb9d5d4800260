/** Calendar days as `YYYY-MM-DD`, without any zone. */

/** The day that lies `days` after `day` (before it when negative). */
export function addDays(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** Whether a text is a real calendar day. */
export function isDay(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) &&
    addDays(text, 0) === text
  );
}

/** The first day of the month after that of `day`. */
export function nextMonth(day: string): string {
  const at = new Date(`${day.slice(0, 7)}-01T00:00:00Z`);
  at.setUTCMonth(at.getUTCMonth() + 1);
  return at.toISOString().slice(0, 10);
}

/** The moment that a day begins, as SQL. */
export function timestampSql(day: string): string {
  return `TIMESTAMP '${day} 00:00:00'`;
}

/** A day as SQL. */
export function dateSql(day: string): string {
  return `DATE '${day}'`;
}
