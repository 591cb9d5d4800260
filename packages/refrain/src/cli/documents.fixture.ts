import { z } from "zod";

/**
 * What `--json` prints, as docs/reference promises it: fields that others rely on; more may stand
 * beside them.
 */

const count = z.int().min(0);
const share = z.number().min(0).max(1);
const counts = z.record(z.string(), count);
/** A metric: value with interval, or null with the reason. */
const metric = z
  .object({
    value: z.number().nullable(),
    low: z.number().nullable(),
    high: z.number().nullable(),
    reason: z.string().optional(),
  })
  .refine(({ value, reason }) => value !== null || reason !== undefined);

const rows = z
  .object({ read: count, kept: count, rejected: count, duplicate: count, sampledOut: count })
  .refine((r) => r.read === r.kept + r.rejected + r.duplicate + r.sampledOut);

export const ingestDocument = z.object({
  source: z.string(),
  lake: z.string(),
  files: count,
  rows,
  rejectedByReason: counts,
  bytes: count,
  seconds: z.number().positive(),
  peakMemoryBytes: count,
});

export const qualityDocument = z.object({
  tables: z.record(
    z.string(),
    z.object({
      rows: count,
      columns: z.record(
        z.string(),
        z.object({
          type: z.string(),
          missing: count,
          distinct: count,
          min: z.union([z.number(), z.string()]).nullable(),
          max: z.union([z.number(), z.string()]).nullable(),
        }),
      ),
    }),
  ),
  findings: z.array(
    z.object({
      code: z.string().regex(/^[A-Z_]+$/),
      table: z.string(),
      column: z.string().nullable(),
      count,
      share: share.nullable(),
      severity: z.enum(["info", "warning", "error"]),
      message: z.string(),
      examples: z.array(
        z.object({
          file: z.string().nullable(),
          line: count.nullable(),
          value: z.string().nullable(),
        }),
      ),
    }),
  ),
});

export const featuresDocument = z.object({
  rows: count,
  columns: count,
  cutoffs: z.array(z.iso.date()),
  out: z.string(),
  seconds: z.number(),
  labels: z.record(z.string(), z.object({ known: count, positive: count })),
  leaks: z
    .object({ cutoffs: z.array(z.iso.date()), variants: z.array(z.string()), rows: count })
    .optional(),
});

const modelRow = z.object({
  name: z.string(),
  kind: z.enum(["baseline", "model", "ensemble"]),
  rocAuc: metric,
  prAuc: metric,
  logLoss: metric,
  brier: metric,
  ece: metric,
  f1: metric,
  accuracy: metric,
  liftAt10: metric,
  seconds: z.number(),
});

export const evaluateDocument = z.object({
  task: z.string(),
  protocol: z.string(),
  population: z.object({ rows: count, users: count, positives: count, dropped: counts }),
  splits: z.array(z.object({ kind: z.string() })),
  models: z.array(modelRow),
  best: z.string().nullable(),
  randomLabels: z.object({ rocAuc: metric }),
  oracle: z.object({ rocAuc: metric, prAuc: metric, logLoss: metric, attained: metric }).optional(),
});

export const trainDocument = z.object({
  model: z.string(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  kind: z.string(),
  task: z.string(),
  rows: count,
  features: count,
  options: z.record(z.string(), z.unknown()),
  seed: count,
  metrics: z.record(z.string(), metric),
  seconds: z.number(),
  peakMemoryBytes: count,
});

export const scoreDocument = z.object({
  rows: count,
  out: z.string(),
  model: z.string(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  seconds: z.number(),
});

export const failureDocument = z.strictObject({
  error: z.strictObject({
    code: z.string().regex(/^[A-Z_]+$/),
    message: z.string(),
    hint: z.string(),
    details: z.record(z.string(), z.unknown()),
  }),
});
