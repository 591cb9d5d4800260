/** Who had to do with what, from the lake: a table of codes and a weight, made in SQL. */
import { codedColumn, Frame } from "@refrain/learn";
import type { Engine, SqlColumn } from "../lake/index.js";
import { featureErrors } from "./errors.js";
import { flaggedDays, ratersDetector } from "./flagged.js";

/** Which events make a pair, of which columns, and what a pair counts. */
const sources = {
  play_count: { table: "play_count", item: "track_id", weight: "plays", name: "weight" },
  play: { table: "play", item: "track_id", weight: "1", name: "weight" },
  like: { table: "like", item: "track_id", weight: "1", name: "weight" },
  rating: { table: "rating", item: "item_id", weight: "rating", name: "rating" },
} as const;

/** Events that pairs can be made of. */
export type InteractionSource = keyof typeof sources;

/** Pairs of user and item. */
export interface InteractionTable {
  /** Columns `user` and `item`, categories. */
  readonly frame: Frame;
  /** One a row: plays, likes; of ratings the rating. */
  readonly values: Float64Array;
}

function codesOf(columns: readonly SqlColumn[], name: string): Int32Array {
  const column = columns.find((one) => one.name === name);
  return Int32Array.from(column?.kind === "number" ? column.values : []);
}

async function dictionary(engine: Engine, name: string): Promise<string[]> {
  const [column] = await engine.columns(`SELECT text FROM ${name} ORDER BY code`);
  return column?.kind === "text" ? column.values.map((text) => text ?? "") : [];
}

/** Numbers texts in their order, so that codes depend on what there is alone. */
async function makeDictionary(engine: Engine, name: string, column: string): Promise<void> {
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${name} AS
SELECT text, CAST(row_number() OVER (ORDER BY text) - 1 AS INTEGER) AS code
FROM (SELECT DISTINCT ${column} AS text FROM interaction_row)`);
}

/** Whether a flagged day `f` speaks against an event of a table. */
function isFlagged(table: string): string {
  const own = `f.user_id = "${table}".user_id`;
  const day = `f.event_date = "${table}".event_date`;
  if (table !== "rating") return `${own} AND ${day}`;
  const past = `f.event_date >= "${table}".event_date AND f.detector = '${ratersDetector}'`;
  return `${own} AND (${day} OR (${past}))`;
}

/**
 * Reads pairs for a recommender. Counts of a pair are added up (of plays to a thousandth, exactly,
 * in any order); every rating is a row of its own. Rows come in order of user and item, codes in
 * order of the texts, so that equal lakes give equal tables.
 * @param engine whose views are the lake's tables; see registerViews
 * @param source which events
 * @param leaveOutFlagged leave out events of days that stand flagged by verdicts of the lake; of
 * raters who stand flagged all ratings up to that day
 * @throws NO_EVENTS where there are none
 */
export async function readInteractions(
  engine: Engine,
  source: InteractionSource,
  { leaveOutFlagged = false }: { readonly leaveOutFlagged?: boolean } = {},
): Promise<InteractionTable> {
  const { table, item, weight, name } = sources[source];
  const flagged = leaveOutFlagged ? ` ANTI JOIN (${flaggedDays}) f ON ${isFlagged(table)}` : "";
  await engine.run(`CREATE OR REPLACE TEMP TABLE interaction_row AS
SELECT user_id, "${item}" AS item_id, CAST(${weight} AS DOUBLE) AS value
FROM "${table}"${flagged} WHERE "${item}" IS NOT NULL AND ${weight} IS NOT NULL`);
  await makeDictionary(engine, "interaction_user", "user_id");
  await makeDictionary(engine, "interaction_item", "item_id");
  const pairs = `SELECT u.code AS "user", i.code AS item, value FROM interaction_row
JOIN interaction_user u ON u.text = user_id JOIN interaction_item i ON i.text = item_id`;
  const counted = `SELECT "user", item, sum(CAST(round(value * 1000) AS HUGEINT)) / 1000 AS value
FROM (${pairs}) GROUP BY ALL`;
  const columns = await engine.columns(
    `FROM (${name === "rating" ? pairs : counted}) ORDER BY "user", item, value`,
  );
  const users = await dictionary(engine, "interaction_user");
  const items = await dictionary(engine, "interaction_item");
  for (const made of ["row", "user", "item"]) await engine.run(`DROP TABLE interaction_${made}`);
  if (users.length === 0) throw featureErrors.NO_EVENTS({ set: "interactions", tables: [table] });
  const frame = new Frame([
    codedColumn("user", codesOf(columns, "user"), users),
    codedColumn("item", codesOf(columns, "item"), items),
  ]);
  const value = columns.find((column) => column.name === "value");
  const numbers = value?.kind === "number" ? value.values : new Float64Array(frame.rowCount);
  return { frame, values: numbers };
}
