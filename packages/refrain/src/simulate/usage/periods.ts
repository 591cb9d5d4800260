import type { Calendar } from "../calendar.js";
import type { UsageScenario } from "./usage-scenario.js";

/** The days of one file. */
export interface Period {
  readonly path: string;
  readonly firstDay: number;
  readonly lastDay: number;
}

/** The files of a simulation; a month's file is named for its last day. */
export function periodsOf({ every }: UsageScenario, calendar: Calendar): Period[] {
  const periods: Period[] = [];
  for (let day = 0; day < calendar.days; day++) {
    const last = periods.at(-1);
    const goes = every === "month" && last && calendar.month[day] === calendar.month[day - 1];
    const path = `usage-${calendar.compact[day]}.csv`;
    const firstDay = goes ? last.firstDay : day;
    if (goes) periods.pop();
    periods.push({ path, firstDay, lastDay: day });
  }
  return periods;
}
