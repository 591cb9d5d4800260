import { join } from "node:path";
import { tables } from "../../events/index.js";
import type { Engine } from "../engine.js";
import type { Lake } from "../lake.js";
import type { LakeFile, LakeInput } from "../manifest.js";
import { quoteName, quoteText } from "../sql-text.js";

/** Name of the view of a canonical table for the rules; unlike the lake's own it keeps all rows. */
export function typedView(table: string): string {
  return quoteName(`quality ${table}`);
}

/** Whether a table or kind of input is judged: what detectors said of the data is no data. */
export function isJudged(name: string): boolean {
  return name !== "verdict";
}

/**
 * Makes a view of each canonical table that has rows of these inputs: all delivered rows, also
 * those of one key.
 * @returns table → its columns that at least one file has
 */
export async function typedTables(
  engine: Engine,
  lake: Lake,
  inputs: readonly LakeInput[],
): Promise<Map<string, readonly string[]>> {
  const ids = inputs.map((input) => BigInt(`0x${input.inputId}`).toString());
  const judged = lake.manifest.inputs.filter((input) => isJudged(input.kind));
  const all = new Set(judged.map((input) => input.inputId));
  const within = new Set(ids).size < all.size ? ` WHERE "input_id" IN (${ids.join(", ")})` : "";
  const found = new Map<string, readonly string[]>();
  for (const table of Object.values(tables)) {
    const files = lake.manifest.files.filter((file) => file.table === table.name);
    if (files.length === 0 || !isJudged(table.name)) continue;
    const stored = new Set(files.flatMap((file) => columnsOf(lake, file)));
    const columns = Object.keys(table.columns).filter((name) => stored.has(name));
    const paths = files.map((file) => quoteText(join(lake.directory, file.path))).join(", ");
    await engine.run(
      `CREATE OR REPLACE VIEW ${typedView(table.name)} AS SELECT ` +
        `${columns.map(quoteName).join(", ")} FROM read_parquet([${paths}], ` +
        `hive_partitioning = false, union_by_name = true)${within}`,
    );
    const [row] = await engine.rows(`SELECT 1 AS "some" FROM ${typedView(table.name)} LIMIT 1`);
    if (row) found.set(table.name, columns);
  }
  return found;
}

function columnsOf(lake: Lake, file: LakeFile): readonly string[] {
  return lake.manifest.schemas[file.schema] ?? [];
}
