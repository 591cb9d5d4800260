import { expect, it } from "vitest";
import { ingestBench } from "./ingest.js";

it("ingests a tiny size beside the COPY, so that the benchmark cannot rot", async () => {
  const rows = await ingestBench({ quick: true });
  expect(rows.map((row) => row.work)).toEqual([
    "ingest-delimited, 0.02 MB",
    "ingest-jsonl, 0.10 MB",
    "ingest-memory, 2 files, 0.02 MB",
  ]);
  for (const row of rows) expect(row.ours.peakMemoryBytes).toBeGreaterThan(0);
  expect(rows[0]?.peers[0]?.name).toBe("hand-written DuckDB COPY");
}, 180_000);
