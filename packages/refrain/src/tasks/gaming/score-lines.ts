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
  const columns = features.names.map((name) => features.numbers(name));
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
    for (const values of columns) part += `,${numberText(values[row]!)}`;
    part += `,${roundedText(scored.scores[row]!, 9)},`;
    if (scored.pValues) part += roundedText(scored.pValues[row]!, 6);
    part += cases.get(row) ?? noCase;
    written += 1;
    if (written % rowsAPart > 0) continue;
    yield part;
    part = "";
  }
  yield part;
}

/** Texts of the small whole numbers, of which counts are nearly all. */
const wholes = Array.from({ length: 1024 }, (_, value) => String(value));

function numberText(value: number): string {
  return wholes[value] ?? String(value);
}

/** The shortest text of a number rounded to so many digits. */
function roundedText(value: number, digits: number): string {
  const text = value.toPrecision(digits);
  // Without zeros at the end and up to a thousand it is the shortest already, and faster had.
  const isShortest = Math.abs(value) < 1000 && !/0(e|$)/.test(text);
  return isShortest ? text : String(Number(text));
}
