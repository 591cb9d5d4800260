import { csvField } from "../../foundation/index.js";
import type { UsageDays } from "./data.js";
import type { Case, ScoredDays } from "./score-gaming.js";

/** What is written of a file that was scored. */
interface ScoredFile {
  readonly days: UsageDays;
  readonly scored: ScoredDays;
  /** The alarms, most suspicious first. */
  readonly queue: readonly Case[];
}

const rowsAPart = 10_000;

/**
 * User-days with their scores as CSV, in parts: every row in its order, or alarms alone.
 * @param reasons columns of reasons
 */
export function* scoreLines(
  { days, scored, queue }: ScoredFile,
  { onlyFlagged, reasons }: { readonly onlyFlagged: boolean; readonly reasons: number },
): Generator<string> {
  const { features, users, counted } = days;
  const isCounted = counted !== undefined;
  const columns = features.names.map((name) => ({
    values: features.numbers(name),
    textOf: cached(String),
  }));
  const scoreText = cached((value) => String(Number(value.toPrecision(9))));
  const chanceText = cached((value) => String(Number(value.toPrecision(6))));
  const caseText = (found: Case | undefined): string => {
    const why = Array.from({ length: reasons }, (_, at) => found?.reasons[at]?.text ?? "");
    const evidence = isCounted ? [(found?.evidence ?? []).join("; ")] : [];
    const farm = found?.farm ?? "";
    return `,${[found ? 1 : 0, farm, ...[...why, ...evidence].map(csvField)].join(",")}\n`;
  };
  const cases = new Map(queue.map((one) => [one.row, caseText(one)]));
  const noCase = caseText(undefined);
  const names = Array.from({ length: reasons }, (_, place) => `reason_${place + 1}`);
  const told = [...names, ...(isCounted ? ["evidence"] : [])];
  const head = ["UserPartyID", ...features.names, "score", "p_value", "flagged", "farm", ...told];
  let part = `${head.map(csvField).join(",")}\n`;
  const rows = onlyFlagged ? queue.map(({ row }) => row) : users.keys();
  let written = 0;
  for (const row of rows) {
    part += csvField(users[row]!);
    for (const { values, textOf } of columns) part += `,${textOf(values[row]!)}`;
    part += `,${scoreText(scored.scores[row]!)},`;
    if (scored.pValues) part += chanceText(scored.pValues[row]!);
    part += cases.get(row) ?? noCase;
    written += 1;
    if (written % rowsAPart > 0) continue;
    yield part;
    part = "";
  }
  yield part;
}

/** Numbers repeat from row to row, and making their texts takes longer than finding them. */
function cached(textOf: (value: number) => string): (value: number) => string {
  const texts = new Map<number, string>();
  return (value) => {
    let text = texts.get(value);
    if (text === undefined) {
      text = textOf(value);
      texts.set(value, text);
    }
    return text;
  };
}
