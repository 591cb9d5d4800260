import type { SourceKind } from "../../events/index.js";
import { lakeErrors } from "../errors.js";
import { type FileColumn, isRecognised, matchColumns } from "./columns.js";
import type { IngestPlan } from "./options.js";

/** How one file is to be read. */
export interface Layout {
  readonly kind: SourceKind;
  readonly format: "delimited" | "json" | "parquet";
  /** For delimited files. */
  readonly delimiter: string;
  readonly quoted: boolean;
  /** Whether the first line names the columns. */
  readonly header: boolean;
  /** Columns in the file's order (delimited), else those that are read. */
  readonly columns: readonly FileColumn[];
}

/** Share of the looked-at lines that must be readable. */
export const readableShare = 0.05;

export interface Candidates {
  readonly kinds: readonly SourceKind[];
  /** Whether `--kind` or the name settled it. */
  readonly settled: boolean;
}

export function kindsFor(name: string, plan: IngestPlan): Candidates {
  if (plan.kind) return { kinds: [plan.kind], settled: true };
  const lower = name.toLowerCase();
  const named = plan.source.kinds.find((kind) => kind.fileName.test(lower));
  return named
    ? { kinds: [named], settled: true }
    : { kinds: plan.source.kinds, settled: plan.source.kinds.length === 1 };
}

/** The first candidate whose telling columns are all there; the settled one without asking. */
export function chooseKind(
  name: string,
  plan: IngestPlan,
  candidates: Candidates,
  have: readonly string[],
): SourceKind {
  if (candidates.settled) return candidates.kinds[0]!;
  const matches = candidates.kinds.map((kind) => ({ kind, ...matchColumns(have, kind, plan) }));
  const recognised = matches.find((match) => isRecognised(match.kind, match.columns));
  if (recognised) return recognised.kind;
  const nearest = matches.sort((a, b) => b.matched - a.matched)[0];
  if (plan.source.anyName && nearest) return nearest.kind;
  throw kindUnknown(name, plan);
}

export function kindUnknown(name: string, plan: IngestPlan): Error {
  return lakeErrors.KIND_UNKNOWN({
    name,
    source: plan.source.name,
    known: plan.source.kinds.map((one) => one.name),
  });
}
