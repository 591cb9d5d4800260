import { openTruth } from "../simulate/index.js";

const dayMs = 86_400_000;

/** Rows whose true label probability is asked for. */
export interface OracleQuery {
  /** `churn`: no event in the 14 days from a day; `premium`: buys in the 30 days after a month. */
  readonly label: "churn" | "premium";
  /** Listener of each row, as the logs name them. */
  readonly users: readonly string[];
  /**
   * Where each row stands: for `churn` the cutoff, a day `YYYY-MM-DD` (a time of day after it is
   * not read); for `premium` the month, `YYYY-MM`.
   */
  readonly at: readonly string[];
}

/**
 * Turns the truth of a simulation into label probabilities: what the best possible model would say
 * from the same log. Memory is bounded by the rows asked for and the number of listeners.
 * @param directory the simulation's folder, or its `truth` folder
 * @returns a probability a row; NaN where the truth states nothing (a listener that was not
 *   simulated, a day before the first event, a month without a row)
 * @throws TRUTH_NOT_FOUND, TRUTH_VERSION, TRUTH_DAMAGED
 */
export async function readOracle(directory: string, query: OracleQuery): Promise<Float64Array> {
  const truth = await openTruth(directory);
  const places = await truth.userIds();
  const users = Int32Array.from(query.users, (user) => places.get(user) ?? -1);
  if (query.label === "churn") {
    const columns = columnsOf(query.at, daysFrom(truth.start));
    return truth.read("silent", users, columns);
  }
  return truth.read("buys", users, columnsOf(query.at, monthsFrom(truth.start)));
}

/** Each different text is turned once: rows share few cutoffs. */
function columnsOf(texts: readonly string[], turn: (text: string) => number): Int32Array {
  const known = new Map<string, number>();
  return Int32Array.from(texts, (text) => {
    const found = known.get(text) ?? turn(text);
    known.set(text, found);
    return found;
  });
}

function daysFrom(start: string): (text: string) => number {
  const first = Date.parse(`${start}T00:00:00Z`);
  return (text) => {
    const at = Date.parse(`${text.slice(0, 10)}T00:00:00Z`);
    return Number.isNaN(at) ? -1 : Math.round((at - first) / dayMs);
  };
}

function monthsFrom(start: string): (text: string) => number {
  const first = monthNumber(start);
  return (text) => {
    const month = monthNumber(text);
    return Number.isNaN(month) ? -1 : month - first;
  };
}

function monthNumber(text: string): number {
  return Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7));
}
