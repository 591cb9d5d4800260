import type { JobOptions, Limits } from "../../foundation/index.js";
import { foundationErrors } from "../../foundation/index.js";
import type { Engine } from "../engine.js";
import { openDuckDb } from "../engines/duckdb.js";
import { lakeErrors } from "../errors.js";
import { type Lake, openLake } from "../lake.js";
import type { LakeInput, RowCounts } from "../manifest.js";
import { tableReport } from "./columns.js";
import { compareDeliveries } from "./compare.js";
import { openContext, type QualityContext } from "./context.js";
import type { DeliveryChange, Finding, QualityReport, TableReport } from "./report.js";
import { rules } from "./rules/catalogue.js";
import { isJudged } from "./typed-tables.js";

/** What `quality` is told. */
export interface QualityOptions extends JobOptions {
  /** Folder of the lake. */
  readonly lake: string;
  /** Only this delivery. Default: all of them; with `against`, the last one that is another. */
  readonly delivery?: string;
  /** An earlier delivery of the same lake to compare with. */
  readonly against?: string;
  readonly limits?: Partial<Limits>;
}

/**
 * The quality report of a lake: what stands in its inputs and what is wrong with it. The rules
 * know no data; personal data is masked.
 * @throws LAKE_NOT_FOUND, LAKE_VERSION, DELIVERY_UNKNOWN, SQL_FAILED, MEMORY_EXCEEDED, INTERRUPTED
 */
export async function quality(options: QualityOptions): Promise<QualityReport> {
  const lake = await openLake(options.lake);
  const { delivery, against } = resolveDeliveries(lake, options);
  const engine = await openDuckDb(options.limits);
  const stop = (): void => engine.interrupt();
  options.signal?.addEventListener("abort", stop);
  try {
    return await report(engine, lake, { ...options, delivery, against });
  } catch (error) {
    throw options.signal?.aborted
      ? foundationErrors.INTERRUPTED({ doing: "judging the data" }, error)
      : error;
  } finally {
    options.signal?.removeEventListener("abort", stop);
    engine.close();
  }
}

interface Resolved extends Omit<QualityOptions, "delivery" | "against"> {
  readonly delivery: string | undefined;
  readonly against: string | undefined;
}

function resolveDeliveries(
  lake: Lake,
  { delivery, against }: QualityOptions,
): Pick<Resolved, "delivery" | "against"> {
  const known = deliveriesOf(lake);
  for (const given of [delivery, against]) {
    if (given !== undefined && !known.includes(given)) {
      throw lakeErrors.DELIVERY_UNKNOWN({ given, known });
    }
  }
  if (against === undefined || delivery !== undefined) return { delivery, against };
  const other = known.filter((name) => name !== against).at(-1);
  if (other === undefined)
    throw lakeErrors.DELIVERY_UNKNOWN({ given: `besides ${against}`, known });
  return { delivery: other, against };
}

function deliveriesOf(lake: Lake): string[] {
  return [...new Set(lake.manifest.inputs.map((input) => input.delivery))];
}

/** Inputs of a delivery, or of all; a file that was delivered again counts once. */
function inputsOf(lake: Lake, delivery: string | undefined): LakeInput[] {
  const inputs = lake.manifest.inputs.filter(
    ({ kind, ...input }) =>
      isJudged(kind) && (delivery === undefined || input.delivery === delivery),
  );
  if (delivery !== undefined) return inputs;
  return inputs.filter(
    (input, at) => inputs.findIndex((other) => other.contentHash === input.contentHash) === at,
  );
}

async function report(engine: Engine, lake: Lake, options: Resolved): Promise<QualityReport> {
  const { delivery, against, onProgress, signal } = options;
  const inputs = inputsOf(lake, delivery);
  const context = await openContext(engine, lake, inputs);
  const tables: [string, TableReport][] = [];
  for (const table of context.tables) {
    onProgress?.({ doing: `describing ${table.kind}` });
    tables.push([nameOf(context, table), await tableReport(context, table)]);
  }
  const findings: Finding[] = [];
  for (const [at, rule] of rules.entries()) {
    if (signal?.aborted) throw foundationErrors.INTERRUPTED({ doing: "judging the data" });
    onProgress?.({ doing: `looking for ${rule.code}`, share: at / rules.length });
    findings.push(...(await rule.find(context)));
  }
  const comparison = await compare(engine, lake, { context, against });
  onProgress?.({ doing: "judging the data", share: 1 });
  return {
    lake: options.lake,
    delivery: delivery ?? null,
    deliveries: deliveriesOf(lake),
    rows: totalRows(inputs),
    rejectedByReason: totalReasons(inputs),
    tables: Object.fromEntries(tables),
    findings: findings.sort(bySeverity),
    ...(comparison === undefined ? {} : { against: comparison }),
  };
}

/** The kind's own name, with the source before it where two sources share it. */
function nameOf(context: QualityContext, table: QualityContext["tables"][number]): string {
  const alone = context.tables.filter(({ kind }) => kind === table.kind).length === 1;
  return alone ? table.kind : `${table.source} ${table.kind}`;
}

async function compare(
  engine: Engine,
  lake: Lake,
  { context, against }: { readonly context: QualityContext; readonly against: string | undefined },
): Promise<DeliveryChange | undefined> {
  if (against === undefined) return undefined;
  const before = await openContext(engine, lake, inputsOf(lake, against));
  return compareDeliveries(context, before, against);
}

const severityOrder = { error: 0, warning: 1, info: 2 };

function bySeverity(a: Finding, b: Finding): number {
  return (
    severityOrder[a.severity] - severityOrder[b.severity] ||
    (b.share ?? 0) - (a.share ?? 0) ||
    (`${a.code} ${a.table} ${a.column}` < `${b.code} ${b.table} ${b.column}` ? -1 : 1)
  );
}

function totalRows(inputs: readonly LakeInput[]): RowCounts {
  const sum = (pick: keyof RowCounts): number =>
    inputs.reduce((total, input) => total + input.rows[pick], 0);
  return {
    read: sum("read"),
    kept: sum("kept"),
    rejected: sum("rejected"),
    duplicate: sum("duplicate"),
    sampledOut: sum("sampledOut"),
  };
}

function totalReasons(inputs: readonly LakeInput[]): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const { rejectedByReason } of inputs) {
    for (const [reason, count] of Object.entries(rejectedByReason)) {
      totals[reason] = (totals[reason] ?? 0) + count;
    }
  }
  return Object.fromEntries(Object.entries(totals).sort(([a], [b]) => (a < b ? -1 : 1)));
}
