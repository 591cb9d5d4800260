import type { Engine } from "../lake/index.js";

/**
 * The functions that engines spell differently, under one name each; the compilers write only
 * these. Also the lists of genres as rows, because engines unfold lists differently.
 */
const duckDbShims: readonly string[] = [
  // The OR of all readers' filters, pushed into a shared table expression, cost a third of a run.
  `SET disabled_optimizers = 'cte_filter_pusher'`,
  `CREATE OR REPLACE MACRO r_days("earlier", "later") AS date_diff('day', "earlier", "later")`,
  `CREATE OR REPLACE MACRO r_us("at") AS epoch_us("at")`,
  `CREATE OR REPLACE VIEW "user_genre" AS SELECT DISTINCT "user_id", "genre" FROM ` +
    `(SELECT "user_id", unnest("favourite_genres") AS "genre" FROM "user") ` +
    `WHERE "genre" IS NOT NULL`,
  `CREATE OR REPLACE VIEW "artist_genre" AS SELECT DISTINCT "artist_id", "genre" FROM ` +
    `(SELECT "artist_id", unnest("genres") AS "genre" FROM "artist") WHERE "genre" IS NOT NULL`,
];

/** Makes the shims of the engine's dialect; call it after the canonical views stand. */
export async function registerShims(engine: Engine): Promise<void> {
  for (const sql of duckDbShims) await engine.run(sql);
}
