/** The days of a simulation: dates, weekdays and months by day index. */
export interface Calendar {
  readonly days: number;
  /** `YYYYMMDD` by day. */
  readonly compact: readonly string[];
  /** `YYYY-MM-DD` by day. */
  readonly iso: readonly string[];
  /** 0 = Monday … 6 = Sunday of the first day. */
  readonly firstWeekday: number;
  /** Index of the month that a day lies in, 0 = the first day's month. */
  readonly month: Int32Array;
  /** Day index at which a month begins (below 0 where the first month began earlier), by month. */
  readonly monthStart: Int32Array;
  /** Number of days in a month, by month. */
  readonly monthLength: Int32Array;
  /** `YYYY-MM` by month. */
  readonly monthNames: readonly string[];
}

const dayMs = 86_400_000;

/**
 * Lays out the days.
 * @param start first day, `YYYY-MM-DD`
 * @param days number of days, > 0
 */
export function makeCalendar(start: string, days: number): Calendar {
  const first = Date.parse(`${start}T00:00:00Z`);
  const dates = Array.from({ length: days }, (_, day) => new Date(first + day * dayMs));
  const iso = dates.map((date) => date.toISOString().slice(0, 10));
  const monthNames = [...new Set(iso.map((text) => text.slice(0, 7)))];
  const starts = monthNames.map((name) => Date.parse(`${name}-01T00:00:00Z`));
  const lengths = starts.map((at) => {
    const date = new Date(at);
    return (Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) - at) / dayMs;
  });
  const monthOf = new Map(monthNames.map((name, index) => [name, index]));
  return {
    days,
    iso,
    compact: iso.map((text) => text.replaceAll("-", "")),
    firstWeekday: (dates[0]!.getUTCDay() + 6) % 7,
    month: Int32Array.from(iso, (text) => monthOf.get(text.slice(0, 7)) ?? 0),
    monthStart: Int32Array.from(starts, (at) => Math.round((at - first) / dayMs)),
    monthLength: Int32Array.from(lengths),
    monthNames,
  };
}
