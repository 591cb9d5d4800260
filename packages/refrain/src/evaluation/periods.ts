import { rocAuc } from "@refrain/learn";
import type { PeriodEvaluation } from "./result.js";
import type { Run } from "./run.js";
import type { Split } from "./splits.js";
import { type CheckedTable, countRows, pick } from "./table.js";

/**
 * Skill over time: each earlier period as it was tested during the choice, by what was known before
 * it, and the untouched last one. Empty where the main protocol is not by time.
 */
export function periodsOf(
  table: CheckedTable,
  split: Split,
  test: Uint32Array,
  runs: readonly Run[],
): readonly PeriodEvaluation[] {
  const { periods } = table;
  if (periods === undefined || split.kind !== "time") return [];
  const tested = periods.of[test[0] ?? -1];
  const target = pick(table.target, test);
  return periods.list
    .map((period, place) => {
      const rows = Array.from(table.target.keys()).filter((row) => periods.of[row] === place);
      const main = place === tested;
      return {
        name: period.name,
        at: period.at,
        main,
        ...countRows(table, rows),
        rocAuc: Object.fromEntries(
          runs.flatMap((run) => {
            const area = main
              ? rocAuc(target, run.scores)
              : run.choices[0]?.rocAuc.get(period.name);
            return area === undefined ? [] : [[run.name, Number.isNaN(area) ? null : area]];
          }),
        ),
      };
    })
    .filter((period) => period.rows > 0)
    .sort((a, b) => a.at - b.at);
}
