/** One DuckDB side of the features bench: side.ts ours|"by hand" LAKE CUTOFFS OUT MEMORY. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DuckDBInstance } from "@duckdb/node-api";
import { churnFeatures, computeFeatures, openLake } from "refrain";

const [which, lake, days, out, bytes] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
];
const cutoffs = days.split(",");
const threads = 2;

async function ours(): Promise<void> {
  const limits = { threads, memoryBytes: Number(bytes) };
  await computeFeatures({ lake, set: churnFeatures(), cutoffs, out, limits });
}

async function byHand(): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: String(threads),
    memory_limit: `${Number(bytes) / 1e6}MB`,
    temp_directory: `${out}.tmp`,
    preserve_insertion_order: "false",
  });
  const connection = await instance.connect();
  const { directory, manifest } = await openLake(lake);
  for (const table of ["play", "download", "search"]) {
    const files = manifest.files.filter((file) => file.table === table);
    const paths = files.map((file) => `'${join(directory, file.path)}'`).join(", ");
    await connection.run(`CREATE VIEW "${table}" AS SELECT * FROM read_parquet([${paths}])`);
  }
  const script = join(import.meta.dirname, "..", "peers", "features_churn.sql");
  const values = cutoffs.map((day) => `(DATE '${day}', true)`).join(", ");
  const query = readFileSync(script, "utf8").replace("VALUES $CUTOFFS", `VALUES ${values}`);
  await connection.run(`COPY (${query}) TO '${out}' (FORMAT parquet, COMPRESSION zstd)`);
  connection.closeSync();
  instance.closeSync();
}

for await (const word of createInterface({ input: process.stdin })) {
  if (word === "quit") {
    const peakMemoryBytes = process.resourceUsage().maxRSS * 1024;
    console.log(JSON.stringify({ peakMemoryBytes }));
    break;
  }
  const started = performance.now();
  await (which === "ours" ? ours() : byHand());
  console.log(JSON.stringify({ seconds: (performance.now() - started) / 1e3 }));
}
