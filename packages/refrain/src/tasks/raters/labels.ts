import type { JobOptions } from "../../foundation/index.js";
import { eachLine, findDelimiter, type Ratings, splitFields } from "../../simulate/index.js";
import { ratersErrors } from "./errors.js";

/** What is known of each user who rated. */
export interface RaterLabels {
  /** 1 anomalous, 0 genuine, -1 not labelled; one a user. */
  readonly anomalous: Int8Array;
  /** Kind of the anomalous, where the file tells it. */
  readonly kind: readonly (string | undefined)[];
  /** 0 train, 1 test, -1 where the file does not say. */
  readonly split: Int8Array;
  /** Labelled users without a rating. */
  readonly strangers: number;
  /** How many users the file labels. */
  readonly labels: number;
}

const yes = /^(1|1\.0|true|yes|y|anomalous|spam|fraud|attack)$/i;
const no = /^(0|0\.0|-1|false|no|n|genuine|normal)$/i;
const unknown = /^(|\?|na|nan|null|unknown|unlabell?ed)$/i;

/**
 * Reads `user,anomalous[,kind][,split]`, with or without a header, parted as ratings are. A user
 * named twice has the last label.
 * @throws FILE_NOT_FOUND, RATER_LABELS_SHAPE, RATER_LABELS_STRANGERS, INTERRUPTED
 */
export async function readRaterLabels(
  file: string,
  ratings: Ratings,
  job: JobOptions = {},
): Promise<RaterLabels> {
  const users = ratings.userIds.length;
  const place = new Map(ratings.userIds.map((id, user) => [id, user]));
  const anomalous = new Int8Array(users).fill(-1);
  const split = new Int8Array(users).fill(-1);
  const kind: (string | undefined)[] = new Array(users).fill(undefined);
  const named = new Set<string>();
  const known = new Set<number>();
  let columns = { user: 0, anomalous: 1, kind: 2, split: 3 };
  let delimiter: string | undefined;
  await eachLine(file, job, (line, number) => {
    if (line.trim() === "") return;
    delimiter ??= findDelimiter(line, 2) ?? ",";
    const fields = splitFields(line, delimiter);
    if (number === 1 && isHeader(fields)) {
      columns = headerColumns(fields);
      return;
    }
    const id = fields[columns.user] ?? "";
    const mark = fields[columns.anomalous] ?? "";
    if (id === "" || !(yes.test(mark) || no.test(mark) || unknown.test(mark))) {
      throw ratersErrors.RATER_LABELS_SHAPE({ file, line: number, text: line.slice(0, 80) });
    }
    named.add(id);
    const user = place.get(id);
    if (user === undefined) return;
    known.add(user);
    anomalous[user] = unknown.test(mark) ? -1 : yes.test(mark) ? 1 : 0;
    const told = fields[columns.kind] ?? "";
    const part = (fields[columns.split] ?? "").toLowerCase();
    // Without a header the third column may be the split.
    const splitText = part === "" && /^(train|test)$/i.test(told) ? told.toLowerCase() : part;
    split[user] = splitText === "train" ? 0 : splitText === "test" ? 1 : -1;
    const isKind = anomalous[user] === 1 && told !== "" && splitText !== told.toLowerCase();
    kind[user] = isKind ? told : undefined;
  });
  if (known.size === 0) {
    throw ratersErrors.RATER_LABELS_STRANGERS({ file, labels: named.size, users });
  }
  return { anomalous, kind, split, strangers: named.size - known.size, labels: named.size };
}

function isHeader(fields: readonly string[]): boolean {
  const mark = fields[1] ?? "";
  const names = fields.map((field) => field.toLowerCase());
  return (
    names.some((name) => /^(anomalous|label|is_?anomal|spammer|fraud)/.test(name)) &&
    (names.includes("user") || names.some((name) => name.startsWith("user")) || !yes.test(mark))
  );
}

function headerColumns(fields: readonly string[]) {
  const names = fields.map((field) => field.toLowerCase());
  const at = (pattern: RegExp) => names.findIndex((name) => pattern.test(name));
  const absent = fields.length;
  const or = (found: number, otherwise: number) => (found >= 0 ? found : otherwise);
  return {
    user: or(at(/^(user|reviewer|rater|id)/), 0),
    anomalous: or(at(/^(anomalous|label|is_?anomal|spammer|fraud)/), 1),
    kind: or(at(/^kind|^type/), absent),
    split: or(at(/^split|^half|^part/), absent),
  };
}
