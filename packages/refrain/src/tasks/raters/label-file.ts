import { open } from "node:fs/promises";
import { CataloguedError } from "@refrain/learn";
import type { Source } from "../../events/index.js";
import type { JobOptions } from "../../foundation/index.js";
import { withSourceFile } from "../../lake/index.js";
import { ratersErrors } from "./errors.js";

/** One line of a file of labels, its texts as they are. */
export interface LabelLine {
  /** Line in the file, the first is 1. */
  readonly line: number;
  /** The whole line, at most 80 characters. */
  readonly text: string;
  readonly user: string | null;
  readonly mark: string | null;
  readonly kind: string | null;
  readonly split: string | null;
  readonly isPublic: string | null;
}

/** What somebody says of users: verdicts made elsewhere, and not bound to a day. */
const labels: Source = {
  name: "rater-labels",
  doc: "Labels of users: user, anomalous[, kind][, split].",
  kinds: [
    {
      name: "label",
      doc: "Whether a user is anomalous.",
      format: "delimited",
      fileName: /label|submission/,
      delimiters: [",", "\t", ";", "::", "|", " "],
      quoted: true,
      columns: [
        {
          name: "user",
          aliases: ["user_id", "userid", "user-id", "reviewer", "reviewer_id", "rater", "id"],
          to: "user_id",
        },
        {
          name: "anomalous",
          aliases: ["label", "is_anomalous", "isanomalous", "anomaly", "spammer", "fraud"],
          to: "flagged",
          required: true,
        },
        { name: "kind", aliases: ["type"], required: false },
        { name: "split", aliases: ["half", "part"], required: false },
        { name: "public", required: false, headerOnly: true },
      ],
      route: { table: "verdict" },
      undated: true,
    },
  ],
};

const texts = ["user", "anomalous", "kind", "split", "public"] as const;

/**
 * Reads a file of labels or a submission, line by line in the file's order. Fields at the end of a
 * line may be missing.
 * @throws RATER_LABELS_SHAPE where its header names other columns, and what `withSourceFile` throws
 */
export async function readLabelLines(file: string, job: JobOptions = {}): Promise<LabelLine[]> {
  const { signal } = job;
  const limits = { threads: 1, memoryBytes: 500e6 };
  const given = { file, source: labels, limits, ...(signal && { signal }) };
  const read = withSourceFile(given, async ({ engine, columns, texts: relation, broken }) => {
    // A line with more fields than the others has a delimiter too many: its user is not known.
    const tooWide = `"~fault" IS NOT NULL AND "${columns.at(-1)}" IS NOT NULL`;
    const textOf = (name: string): string =>
      name === "user" ? `CASE WHEN NOT (${tooWide}) THEN trim("user") END` : `trim("${name}")`;
    const pick = texts.map((name) =>
      columns.includes(name) ? `${textOf(name)} AS "${name}"` : `NULL::VARCHAR AS "${name}"`,
    );
    const rows = await engine.rows(
      `SELECT "~line" AS "line", left("~text", 80) AS "text", ${pick.join(", ")} FROM (${relation})
       UNION ALL
       SELECT "line", left("text", 80), NULL, NULL, NULL, NULL, NULL FROM (${broken})
       ORDER BY "line"`,
    );
    return rows.map((row) => {
      const of = (name: string) => row[name] as string | null;
      return {
        ...{ line: Number(row["line"]), text: String(row["text"]), user: of("user") },
        ...{ mark: of("anomalous"), kind: of("kind"), split: of("split") },
        isPublic: of("public"),
      };
    });
  });
  return await read.catch(async (error: unknown) => {
    const isCatalogued = error instanceof CataloguedError;
    if (isCatalogued && error.code === "WRONG_DELIMITER") {
      const text = await firstLine(file);
      throw ratersErrors.RATER_LABELS_SHAPE({ file, line: 1, text });
    }
    if (!isCatalogued || error.code !== "COLUMN_MISSING") throw error;
    const text = (error.details["has"] as readonly string[]).join(",");
    throw ratersErrors.RATER_LABELS_SHAPE({ file, line: 1, text });
  });
}

/** The first 80 bytes of a file, to its first line's end; of a packed one nothing. */
async function firstLine(file: string): Promise<string> {
  if (file.endsWith(".gz")) return "";
  const handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(80), 0, 80, 0);
  await handle.close();
  return buffer.toString("utf8", 0, bytesRead).split(/\r?\n/, 1)[0]!;
}
