/** Ways to let the future in, each planted in a declaration or in the compiled SQL. */

import { compileSet } from "./compile.js";
import type { Compile } from "./compiled.js";
import type { FeatureSet } from "./declaration.js";
import { premiumFeatures } from "./premium-set.js";

/** A broken set or compiler, and features that the gate must name. */
export interface PlantedLeak {
  readonly name: string;
  readonly compile: Compile<FeatureSet>;
  readonly features: readonly string[];
  readonly set?: FeatureSet;
}

type Edit = readonly [pattern: RegExp, replacement: string];

/** A compiler whose SQL is edited; a pattern that is not found is a fault of the test. */
function broken(...edits: readonly Edit[]): Compile<FeatureSet> {
  return (set, context) => {
    const compiled = compileSet(set, context);
    const statement = edits.reduce((sql, [pattern, replacement]) => {
      if (!sql.match(pattern)) throw new Error(`The statement has no ${pattern}.`);
      return sql.replace(pattern, replacement);
    }, compiled.statement);
    return { ...compiled, statement };
  };
}

/** Another expression for one column of the final SELECT of the churn statement. */
const column = (name: string, sql: string): Edit => [
  new RegExp(`\\n {2}(?! )[^\\n]*"${name}",`),
  `\n  ${sql} AS "${name}",`,
];

export const churnLeaks: readonly PlantedLeak[] = [
  {
    name: "a window that reaches past the cutoff",
    compile: broken([
      /"day" < DATE '2017-04-10' AND "known_from" <= 0/,
      `"day" < DATE '2017-04-13' AND "known_from" <= 1`,
    ]),
    features: ["freq_P_last_1", "freq_S_last_3"],
  },
  {
    name: "off by one at the boundary",
    compile: broken([
      /"day" < (DATE '2017-04-10') AND "known_from"/,
      `"day" <= $1 AND "known_from"`,
    ]),
    features: ["freq_P_last_1"],
  },
  {
    name: "arrival ignored",
    compile: broken([/ AND "known_from" <= 0/, ""]),
    features: ["freq_P_last_30"],
  },
  {
    name: "a row that arrives late, in the distinct counts only",
    compile: broken([/\n *AND e\."arrived_at" <= TIMESTAMP '2017-04-10 00:00:00'/, ""]),
    features: ["distinct_songs_last_30"],
  },
  {
    name: "the label as a feature",
    compile: broken(column("freq_D_last_1", `"label"`)),
    features: ["freq_D_last_1"],
  },
  {
    name: "a percentile over all time",
    compile: broken([
      /(FROM \(SELECT 0 AS "place"[^\n]*\n *FROM )"day_0" WHERE NOT "is_bot" AND/,
      `$1"cell" WHERE`,
    ]),
    features: ["freq_P_last_30"],
  },
  {
    name: "a mean over all time",
    compile: broken(column("trend_P_7_30", `"freq_P_last_7" / (SELECT avg("play_n") FROM "cell")`)),
    features: ["trend_P_7_30"],
  },
  {
    name: "the last event ever",
    compile: broken([
      /r_days\(max\("day"\) FILTER \(WHERE "play_n" > 0\), DATE '2017-04-10'\)/,
      `r_days((SELECT max(p."event_date") FROM "play" p
        WHERE p."user_id" = "clean_0"."user_id"), DATE '2017-04-10')`,
    ]),
    features: ["days_from_last_play"],
  },
  {
    name: "an entity column that knows the outcome",
    compile: broken([
      /SELECT r\.\*, ([^\n]*)\nFROM "row_0" r/,
      `SELECT r.* REPLACE (CASE WHEN u."premium" THEN 1 ELSE 0 END AS "freq_D_last_1"), $1
FROM "row_0" r LEFT JOIN "user" u ON r."uid" = u."user_id"`,
    ]),
    features: ["freq_D_last_1"],
  },
  {
    name: "duplicates taken out by the later one",
    compile: broken([
      /FROM "play"\n/,
      `FROM (SELECT * FROM "play" QUALIFY row_number() OVER (
        PARTITION BY "user_id", "event_date" ORDER BY "arrived_at" DESC) <= 3)\n`,
    ]),
    features: ["freq_P_last_30"],
  },
  {
    name: "a verdict on bots with later knowledge",
    compile: broken([/ AND b\."known_at" <= c\."known_at"/, ""]),
    features: ["(population)"],
  },
  {
    name: "a verdict known from the day's last arrival on, which a late row takes back",
    compile: broken([
      /FROM "bot_day" b/,
      `FROM (SELECT "user_id", "event_date", max("arrived_at") AS "known_at" FROM "play"
        WHERE "play_seconds" BETWEEN 0 AND 86400 GROUP BY "user_id", "event_date"
        HAVING sum("play_seconds") > 86400) b`,
    ]),
    features: ["(population)"],
  },
  {
    name: "target encoding over all rows",
    compile: broken(column("trend_S_7_30", `avg("label") OVER (PARTITION BY "device")`)),
    features: ["trend_S_7_30"],
  },
  {
    name: "a count from the whole lake",
    compile: broken([
      /coalesce\(CAST\(sum\("search_n"\) AS BIGINT\), 0\) AS "freq_S_last_30"/,
      `(SELECT count(*) FROM "search" s
        WHERE s."user_id" = "clean_0"."user_id") AS "freq_S_last_30"`,
    ]),
    features: ["freq_S_last_30"],
  },
  {
    name: "a rank over the future",
    compile: broken(
      column(
        "freq_D_last_3",
        `(SELECT count(*) FROM "cell" c WHERE c."play_n" > "freq_P_last_30")`,
      ),
    ),
    features: ["freq_D_last_3"],
  },
  {
    name: "a population that knows who comes back",
    compile: broken([
      /FROM "row_0" r LEFT JOIN ([^\n]*) LEFT JOIN "label_0" l/,
      `FROM "row_0" r LEFT JOIN $1 JOIN "label_0" l`,
    ]),
    features: ["(population)"],
  },
];

export const premiumLeaks: readonly PlantedLeak[] = [
  {
    name: "events after the purchase",
    compile: broken([/\n {4}AND \(b\."bought_at" IS NULL OR e\."event_at" < b\."bought_at"\)/, ""]),
    features: ["number_of_tracks"],
  },
  {
    name: "the event of the purchase's own moment, and one tick later",
    compile: broken([
      /e\."event_at" < b\."bought_at"/,
      `e."event_at" <= b."bought_at" + INTERVAL '1' DAY`,
    ]),
    features: ["number_of_tracks"],
  },
  {
    name: "a month that ends days later",
    compile: broken(
      [
        /ON year\(e\."event_at"\) = c\."year" AND month\(e\."event_at"\) = c\."month"\n/,
        `ON year(e."event_at" - INTERVAL '3' DAY) = c."year"
        AND month(e."event_at" - INTERVAL '3' DAY) = c."month"\n`,
      ],
      [
        /WHERE e\."event_at" < c\."cutoff" AND/,
        `WHERE e."event_at" < c."cutoff" + INTERVAL '3' DAY AND`,
      ],
    ),
    features: ["number_of_tracks"],
  },
  {
    name: "plays that arrive late",
    compile: broken([
      /WHERE e\."event_at" < c\."cutoff" AND e\."arrived_at" <= c\."known_at"/,
      `WHERE e."event_at" < c."cutoff"`,
    ]),
    features: ["number_of_tracks"],
  },
  {
    name: "likes of the future",
    compile: broken([
      /\n {4}AND l\."event_at" <= p\."event_at" AND l\."arrived_at" <= p\."known_at"/,
      "",
    ]),
    features: ["number_of_liked_tracks_listened"],
  },
  {
    name: "a profile that says premium",
    compile: broken(
      [/r\."skip_n" AS "number_of_skips"/, `r."flag" AS "number_of_skips"`],
      [
        /SELECT r\.\*, c\."year"/,
        `SELECT r.*, CASE WHEN u."premium" THEN 1 ELSE 0 END AS "flag", c."year"`,
      ],
    ),
    features: ["number_of_skips"],
  },
  {
    name: "the answer among the features",
    compile: broken([/r\."like_n" AS "number_of_likes"/, `r."next" AS "number_of_likes"`]),
    features: ["number_of_likes"],
  },
  {
    name: "a catalogue column that was not declared",
    compile: compileSet,
    set: {
      ...premiumFeatures(),
      timeless: premiumFeatures().timeless.filter((one) => one !== "track.popularity"),
    },
    features: ["average_popularity", "average_popularity_in_favourite_genres"],
  },
];
