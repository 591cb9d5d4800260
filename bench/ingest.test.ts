import { expect, it } from "vitest";
import { ingestBench, ingestMemoryBench } from "./ingest.js";

it("ingests a tiny size beside the COPY, so that the benchmark cannot rot", async () => {
  const rows = await ingestBench({ quick: true });
  expect(rows.map((row) => row.work)).toEqual([
    "ingest-delimited, 0.02 MB",
    "ingest-delimited, 0.02 MB, processor time",
    "ingest-jsonl, 0.10 MB",
    "ingest-jsonl, 0.10 MB, processor time",
  ]);
  for (const row of rows) expect(row.ours.peakMemoryBytes).toBeGreaterThan(0);
  expect(rows[0]?.peers[0]?.name).toBe("hand-written DuckDB COPY");
}, 180_000);

it("ingests a tiny size for its memory", async () => {
  const rows = await ingestMemoryBench({ quick: true });
  expect(rows.map((row) => row.work)).toEqual([
    "ingest-memory, 1 files, 0.01 MB",
    "ingest-memory, 2 files, 0.02 MB",
  ]);
  for (const row of rows) expect(row.ours.peakMemoryBytes).toBeGreaterThan(0);
}, 180_000);
