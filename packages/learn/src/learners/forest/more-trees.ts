import type { ColumnBins } from "../../encoders/index.js";
import type { Numbers } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import type { FeatureSchema, FitExtras } from "../contract.js";
import { completeOptions } from "../door.js";
import { learnerErrors } from "../errors.js";
import { alignFrame } from "../schema.js";
import type { TreeEnsemble } from "../tree/ensemble.js";
import { type AnyForestOptions, describeForest, growForRequest, requestOf } from "./fit.js";
import { forestIdentities } from "./forest.js";
import { type ForestModel, forestModel } from "./model.js";
import { forestRegressionRules, forestRules } from "./options.js";
import type { GrownTrees } from "./read-trees.js";
import { prepareTarget } from "./targets.js";

function identityOf({ card }: ForestModel) {
  const found = Object.values(forestIdentities).find(({ kind }) => kind === card.kind);
  if (found !== undefined) return found;
  throw learnerErrors.LEARNER_OPTION({
    learner: card.kind,
    option: "trees",
    given: "to be more",
    expected: `a model of ${Object.keys(forestIdentities).join(", ")}`,
  });
}

/** Bins of categories stay what they were, so that old and new trees ask alike. */
function keptBins(schema: FeatureSchema, trees: TreeEnsemble): ReadonlyMap<string, ColumnBins> {
  const kept = new Map<string, ColumnBins>();
  for (const [place, { name }] of schema.columns.entries()) {
    const binOf = trees.categoryBins[place];
    if (binOf === undefined) continue;
    const binCount = binOf.reduce((most, bin) => Math.max(most, bin), 0) + 1;
    kept.set(name, { kind: "category", binOf, binCount });
  }
  return kept;
}

type NodeValues = Int32Array | Uint8Array | Float64Array;

function joined<Values extends NodeValues>(one: Values, other: Values, shift = 0): Values {
  const all = new (one.constructor as new (length: number) => Values)(one.length + other.length);
  all.set(one);
  for (let k = 0; k < other.length; k++) all[one.length + k] = other[k]! + shift;
  return all;
}

/** Both one after the other. */
function joinTrees(one: GrownTrees, other: GrownTrees, classes: number): GrownTrees {
  const [a, b] = [one.trees, other.trees];
  const nodes = a.column.length;
  const sets = a.sets.length / 32;
  const leaves = one.shares === undefined ? 0 : one.shares.length / classes;
  const left = joined(a.left, b.left);
  const set = joined(a.set, b.set);
  const value = joined(a.value, b.value);
  for (let k = nodes; k < left.length; k++) {
    if (left[k] !== 0) left[k]! += nodes;
    else value[k]! += leaves;
    if (set[k]! >= 0) set[k]! += sets;
  }
  return {
    trees: {
      outputs: 1,
      starts: joined(a.starts.subarray(0, -1), b.starts, nodes),
      column: joined(a.column, b.column),
      left,
      threshold: joined(a.threshold, b.threshold),
      missingLeft: joined(a.missingLeft, b.missingLeft),
      set,
      value,
      cover: joined(a.cover, b.cover),
      gain: joined(a.gain, b.gain),
      sets: joined(a.sets, b.sets),
      categoryBins: a.categoryBins,
    },
    shares: one.shares && joined(one.shares, other.shares!),
  };
}

/**
 * Grows more trees on an existing forest (a warm start), with its options and its seed: on the same
 * rows the result is the forest that would have been grown with so many trees at once. The rows may
 * be others, with the model's columns. What the trees say of rows out of bag is not kept.
 * @param model a random forest or extra trees, read from a file or fitted
 * @param more trees to add, ≥ 1
 * @returns a model of all trees; the given one stays as it is
 * @throws LEARNER_OPTION, FRAME_COLUMN_MISSING, FRAME_COLUMN_KIND, and what a fit throws
 */
export async function growMoreTrees(
  model: ForestModel,
  { frame, target, more }: { frame: Frame; target: Numbers; more: number },
  extras: FitExtras = {},
): Promise<ForestModel> {
  const identity = identityOf(model);
  const { card, grown } = model;
  const known = card.options as unknown as AnyForestOptions;
  const rules: Parameters<typeof completeOptions>[2] =
    identity.wanted === "values" ? forestRegressionRules : forestRules;
  const had = grown.trees.starts.length - 1;
  const learner = { kind: card.kind, defaults: known };
  const options = completeOptions<object>(learner, { ...known, trees: more }, rules);
  const aligned = alignFrame(frame, model.schema);
  const whole = { ...(options as AnyForestOptions), trees: had + more };
  const request = requestOf(identity, { frame: aligned, target, extras }, whole);
  const outputs = card.outputs.length;
  const classes = identity.wanted === "binary" ? 2 : outputs;
  const prepared = prepareTarget(card.kind, identity.wanted, request.data, classes);
  const added = await growForRequest(request, prepared, {
    firstTree: had,
    trees: more,
    outOfBag: false,
    keptBins: keptBins(model.schema, grown.trees),
  });
  const all = joinTrees(grown, added, outputs);
  const described = await describeForest(request, all.trees, { classes: outputs, summary: {} });
  return forestModel(Object.freeze({ ...described, outputs: card.outputs }), all);
}
