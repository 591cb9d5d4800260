/** The churn table beside SQL by hand and beside warm PySpark, which give the same one. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance, version } from "@duckdb/node-api";
import { ingest, simulate } from "refrain";
import { peerPython, peerScript } from "./learn/python.js";
import { BenchProcess } from "./learn/side.js";
import { type BenchOptions, type BenchRow, type BenchSide, summarise } from "./row.js";

const sixCutoffs = [
  "2017-04-06",
  "2017-04-20",
  "2017-05-04",
  "2017-05-18",
  "2017-06-01",
  "2017-06-15",
];
const threads = 2;
const memory = { bytes: 3_000_000_000, spark: "4g" };

interface Work {
  readonly lake: string;
  readonly folder: string;
  readonly cutoffs: readonly string[];
  readonly events: number;
  readonly pairs: number;
}

interface End {
  readonly peakMemoryBytes: number;
  readonly version?: string;
}

/** `features-churn` beside SQL by hand, and `features-churn, Spark` beside PySpark local[2]. */
export async function featuresBench(options: BenchOptions): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), "refrain-features-"));
  try {
    const log = join(folder, "log");
    const lake = join(folder, "lake");
    const users = options.quick ? 60 : 29_500;
    const cutoffs = options.quick ? sixCutoffs.slice(0, 2) : sixCutoffs;
    const days = options.quick ? 64 : 120;
    await simulate({ as: "musicbox", users, days, seed: 3, out: log, start: "2017-03-01" });
    const { rows } = await ingest({ inputs: [log], source: "musicbox", lake });
    await rm(log, { recursive: true });
    const work = { lake, folder, cutoffs, events: rows.kept, pairs: options.quick ? 1 : 5 };
    const byHand = await compare(work, "by hand");
    // Installing half a gigabyte is not for a test run.
    return options.quick ? [byHand] : [byHand, await compare({ ...work, pairs: 3 }, "Spark")];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function startSide(which: "ours" | "by hand" | "Spark", work: Work): BenchProcess {
  const given = [work.lake, work.cutoffs.join(","), join(work.folder, `${which}.parquet`)];
  if (which === "Spark") {
    const python = peerPython("spark");
    return new BenchProcess(python, [peerScript("features_spark.py"), ...given, memory.spark]);
  }
  const script = join(import.meta.dirname, "features", "side.ts");
  const side = ["--import", "tsx", script, which, ...given, String(memory.bytes)];
  return new BenchProcess(process.execPath, side);
}

/** One warm-up each, then pairs in turn; the tables must be equal in every bit. */
async function compare(work: Work, peer: "by hand" | "Spark"): Promise<BenchRow> {
  const sides = [startSide("ours", work), startSide(peer, work)] as const;
  const seconds: [number[], number[]] = [[], []];
  for (let pair = -1; pair < work.pairs; pair++) {
    for (const [index, side] of sides.entries()) {
      const run = await side.ask<{ seconds: number }>("fit");
      if (pair >= 0) seconds[index]!.push(run.seconds);
    }
  }
  const columns = await checkEqual(work, peer);
  const [end, peerEnd] = [await sides[0].ask<End>("quit"), await sides[1].ask<End>("quit")];
  const mine: BenchSide = { ...summarise(seconds[0]), peakMemoryBytes: end.peakMemoryBytes };
  const theirs = { ...summarise(seconds[1]), peakMemoryBytes: peerEnd.peakMemoryBytes };
  const isSpark = peer === "Spark";
  return {
    work: isSpark ? "features-churn, Spark" : "features-churn",
    rows: work.events,
    columns,
    threads,
    ours: mine,
    peers: [
      isSpark
        ? { name: "PySpark local[2], warm", version: peerEnd.version ?? "", ...theirs }
        : { name: "hand-written DuckDB SQL", version: version(), ...theirs },
    ],
    ratio: mine.seconds / theirs.seconds,
    reach: isSpark ? "≤ 0.25×" : "≤ 1.15×",
  };
}

/** @returns number of columns of the table */
async function checkEqual({ folder }: Work, peer: string): Promise<number> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const [ours, theirs] = [join(folder, "ours.parquet"), join(folder, `${peer}.parquet`)];
  const other = peer === "Spark" ? join(theirs, "*.parquet") : theirs;
  const names = (
    await connection.runAndReadAll(`DESCRIBE SELECT * FROM '${ours}'`)
  ).getRowObjectsJson();
  const differs = names.map(
    ({ column_name: name }) => `count_if(a."${name}" IS DISTINCT FROM b."${name}") AS "${name}"`,
  );
  const result = await connection.runAndReadAll(
    `SELECT count(*) AS "rows", ${differs.join(", ")} FROM '${ours}' a
      FULL OUTER JOIN '${other}' b ON a.uid = b.uid AND a.cutoff = b.cutoff`,
  );
  connection.closeSync();
  instance.closeSync();
  const counts = Object.entries(result.getRowObjectsJson()[0] ?? {});
  const moved = counts.filter(([name, count]) => name !== "rows" && Number(count) > 0);
  if (moved.length > 0) throw new Error(`The tables differ: ${JSON.stringify(moved)}.`);
  return names.length;
}
