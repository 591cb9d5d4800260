import type { JobOptions } from "../../foundation/index.js";
import type { Ratings } from "../../simulate/index.js";
import { ratersErrors } from "./errors.js";
import { type LabelLine, readLabelLines } from "./label-file.js";

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
  /** Users who are labelled in two ways; the last counts. */
  readonly contradicted: number;
  /** How many users the file labels. */
  readonly labels: number;
}

const yes = /^(1|1\.0|true|yes|y|anomalous|spam|fraud|attack)$/i;
const no = /^(0|0\.0|-1|false|no|n|genuine|normal)$/i;
const unknown = /^(|\?|na|nan|null|unknown|unlabell?ed)$/i;

/**
 * Reads `user,anomalous[,kind][,split]`, with or without a header, in any format that ratings can
 * have. A user named twice has the last label.
 * @throws RATER_LABELS_SHAPE, RATER_LABELS_STRANGERS, and what `withSourceFile` throws
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
  const contradicted = new Set<number>();
  for (const one of await readLabelLines(file, job)) {
    const mark = one.mark ?? "";
    const part = splitOf(one);
    const isMark = yes.test(mark) || no.test(mark) || unknown.test(mark);
    // A third part ("valid") must not be learnt from in silence.
    if (one.user === null || !isMark || !["", "train", "test"].includes(part)) {
      throw ratersErrors.RATER_LABELS_SHAPE({ file, line: one.line, text: one.text });
    }
    named.add(one.user);
    const user = place.get(one.user);
    if (user === undefined) continue;
    const told = unknown.test(mark) ? -1 : yes.test(mark) ? 1 : 0;
    if (known.has(user) && anomalous[user] !== told) contradicted.add(user);
    known.add(user);
    anomalous[user] = told;
    split[user] = part === "train" ? 0 : part === "test" ? 1 : -1;
    const isKind = anomalous[user] === 1 && part !== one.kind?.toLowerCase();
    kind[user] = isKind ? (one.kind ?? undefined) : undefined;
  }
  if (known.size === 0) {
    throw ratersErrors.RATER_LABELS_STRANGERS({ file, labels: named.size, users });
  }
  const counts = { strangers: named.size - known.size, contradicted: contradicted.size };
  return { anomalous, kind, split, ...counts, labels: named.size };
}

/** Without a header the third column may be the split. */
function splitOf({ kind, split }: LabelLine): string {
  const told = (split ?? "").toLowerCase();
  return told === "" && kind !== null && /^(train|test)$/i.test(kind) ? kind.toLowerCase() : told;
}
