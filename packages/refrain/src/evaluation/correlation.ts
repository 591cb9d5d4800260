import { Frame, type NumberColumn, spearmanMatrix } from "@refrain/learn";
import type { CorrelationSummary, DropSuggestion } from "./result.js";
import type { CheckedTable } from "./table.js";

/** From here on two features say the same. */
const sameFrom = 0.9;
/** Below this the correlation with every target says nothing, however many rows there are. */
const nothingBelow = 0.03;

/**
 * Spearman's rank correlation of all features of numbers and the targets, with the features that it
 * suggests to drop. Only training rows are looked at, so that dropping one is no tuning on the
 * test.
 * @param targets the answers as columns, NaN where unknown; one value a row of the table
 */
export function correlate(
  table: CheckedTable,
  train: Uint32Array,
  targets: readonly NumberColumn[],
): CorrelationSummary {
  const taken = new Set(targets.map((target) => target.name));
  const columns = table.features.columns.filter(
    (column) => column.kind === "number" && !taken.has(column.name),
  );
  const frame = new Frame([...columns, ...targets]).take(train);
  const { names, values } = spearmanMatrix(frame);
  const rounded = Array.from(values, (value) =>
    Number.isNaN(value) ? null : Math.round(value * 1000) / 1000,
  );
  const at = (row: number, column: number) => rounded[row * names.length + column] ?? null;
  return {
    names,
    targets: targets.length,
    values: rounded,
    rows: train.length,
    dropList: dropList(names, targets.length, at),
  };
}

function dropList(
  names: readonly string[],
  targetCount: number,
  at: (row: number, column: number) => number | null,
): readonly DropSuggestion[] {
  const features = names.length - targetCount;
  const strength = (feature: number) => {
    let strongest: number | null = null;
    for (let target = features; target < names.length; target += 1) {
      const value = at(feature, target);
      if (value !== null && Math.abs(value) > Math.abs(strongest ?? -0)) strongest = value;
      else if (value !== null) strongest ??= value;
    }
    return strongest;
  };
  const dropped = new Map<number, DropSuggestion>();
  for (let feature = 0; feature < features; feature += 1) {
    if (at(feature, feature) === null) {
      dropped.set(feature, { feature: names[feature]!, reason: "constant", correlation: null });
    }
  }
  for (const { first, second, value } of pairsByStrength(features, at)) {
    if (dropped.has(first) || dropped.has(second)) continue;
    const weaker =
      Math.abs(strength(first) ?? 0) < Math.abs(strength(second) ?? 0) ? first : second;
    dropped.set(weaker, {
      feature: names[weaker]!,
      reason: "correlated with another feature",
      other: names[weaker === first ? second : first]!,
      correlation: value,
    });
  }
  for (let feature = 0; feature < features; feature += 1) {
    const strongest = strength(feature);
    if (dropped.has(feature) || strongest === null || Math.abs(strongest) >= nothingBelow) continue;
    dropped.set(feature, {
      feature: names[feature]!,
      reason: "correlated with nothing",
      correlation: strongest,
    });
  }
  return [...dropped.entries()].sort(([a], [b]) => a - b).map(([, suggestion]) => suggestion);
}

/** Pairs that say the same, strongest first. */
function pairsByStrength(features: number, at: (row: number, column: number) => number | null) {
  const pairs: { first: number; second: number; value: number }[] = [];
  for (let first = 0; first < features; first += 1) {
    for (let second = first + 1; second < features; second += 1) {
      const value = at(first, second);
      if (value !== null && Math.abs(value) >= sameFrom) pairs.push({ first, second, value });
    }
  }
  return pairs.sort((a, b) => Math.abs(b.value) - Math.abs(a.value) || a.first - b.first);
}
