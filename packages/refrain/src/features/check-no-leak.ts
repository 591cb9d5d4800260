import { resolveLimits } from "../foundation/index.js";
import { type Engine, openLake, quoteName, withEngine } from "../lake/index.js";
import type { Compile, Cutoff } from "./compiled.js";
import type { FeatureOptions } from "./compute-features.js";
import { addDays } from "./days.js";
import { type FeatureSet, featureNames } from "./declaration.js";
import { featureErrors } from "./errors.js";
import { type EvaluateOptions, evaluateSet, resultTable } from "./evaluate-set.js";
import { changeFuture, type FutureVariant, variantsOf } from "./future-variants.js";

/** What the gate takes. */
export interface LeakOptions extends FeatureOptions {
  /** Cutoffs whose future is changed; the default is the first and the last of the run. */
  readonly at?: readonly string[];
  /** Another compiler than the product's own. */
  readonly compile?: Compile<FeatureSet>;
}

/** What the gate did when it found nothing. */
export interface LeakReport {
  readonly set: string;
  readonly version: string;
  readonly cutoffs: readonly string[];
  readonly variants: readonly FutureVariant[];
  /** Columns compared, the population among them. */
  readonly features: number;
  /** Rows compared over all variants. */
  readonly rows: number;
  readonly seconds: number;
}

/** A feature that told two futures apart. */
interface Moved {
  readonly feature: string;
  readonly example: string;
}

/**
 * The gate: whatever happens after a cutoff, or arrives after it, may not change a bit of a
 * feature of that cutoff or an earlier one. Everything later is deleted, scrambled and forged;
 * entity columns that are not declared as timeless are changed; for sets that end with a purchase,
 * so is everything from the purchase on.
 * @throws LEAK_FOUND with the features that moved and an example; as `computeFeatures` otherwise
 */
export async function checkNoLeak(options: LeakOptions): Promise<LeakReport> {
  const started = performance.now();
  const { set, signal, onProgress } = options;
  const doing = `changing the future of the features "${set.name}"`;
  const lake = typeof options.lake === "string" ? await openLake(options.lake) : options.lake;
  const limits = resolveLimits(options.limits);
  return withEngine({ limits, doing, signal }, async (engine) => {
    const run: EvaluateOptions = { ...pick(options), lake, set, limits, everyFeature: true };
    const { cutoffs } = await evaluateSet(engine, run);
    await engine.run(`ALTER TABLE ${quoteName(resultTable)} RENAME TO "r_true_result"`);
    const checked = chooseCutoffs(cutoffs, options.at);
    const variants = variantsOf(set);
    const steps = checked.flatMap((cutoff) => variants.map((variant) => ({ cutoff, variant })));
    let rows = 0;
    for (const [index, step] of steps.entries()) {
      const note = `${step.variant} ${step.cutoff.day}`;
      onProgress?.({ doing, share: index / steps.length, note });
      await evaluateSet(engine, { ...run, afterViews: (inner) => changeFuture(inner, set, step) });
      rows += await compare(engine, set, step);
    }
    onProgress?.({ doing, share: 1 });
    return {
      set: set.name,
      version: set.version,
      cutoffs: checked.map((cutoff) => cutoff.day),
      variants,
      features: comparedColumns(set).length + 1,
      rows,
      seconds: Math.round(performance.now() - started) / 1e3,
    };
  });
}

function pick({ cutoffs, knownLagDays, eventsAtOnce, compile }: LeakOptions) {
  return {
    ...(cutoffs === undefined ? {} : { cutoffs }),
    ...(knownLagDays === undefined ? {} : { knownLagDays }),
    ...(eventsAtOnce === undefined ? {} : { eventsAtOnce }),
    ...(compile === undefined ? {} : { compile }),
  };
}

function chooseCutoffs(cutoffs: readonly Cutoff[], at: readonly string[] | undefined): Cutoff[] {
  const wanted = at ?? [cutoffs[0]?.day, cutoffs.at(-1)?.day];
  for (const day of at ?? []) {
    if (!cutoffs.some((cutoff) => cutoff.day === day)) {
      throw featureErrors.CUTOFF_INVALID({ given: day, why: "is not among those of the run" });
    }
  }
  return cutoffs.filter((cutoff) => wanted.includes(cutoff.day));
}

/** Features, and what cleaning decided where that decides the population. */
function comparedColumns(set: FeatureSet): string[] {
  const flagged = set.leaveOutFlagged ? ["r_flagged"] : [];
  return [...featureNames(set), ...(set.shape === "windows" ? ["r_dropped"] : flagged)];
}

interface Step {
  readonly cutoff: Cutoff;
  readonly variant: FutureVariant;
}

/** Rows of the cutoff and of earlier ones, whose future is later still. */
function rowsUntil(set: FeatureSet, day: string): string {
  if (set.shape === "windows") return `"cutoff" <= '${day}'`;
  const last = addDays(day, -1);
  return `"year" * 12 + "month" <= ${Number(last.slice(0, 4)) * 12 + Number(last.slice(5, 7))}`;
}

async function compare(engine: Engine, set: FeatureSet, step: Step): Promise<number> {
  const keys = set.keys.map((key) => quoteName(key.name)).join(", ");
  const columns = comparedColumns(set);
  const until = rowsUntil(set, step.cutoff.day);
  const side = (table: string): string =>
    `(SELECT *, true AS "r_there" FROM ${quoteName(table)} WHERE ${until})`;
  const [before, after] = [side("r_true_result"), side(resultTable)];
  const joined = `${before} a FULL OUTER JOIN ${after} b USING (${keys})`;
  const differs = (name: string): string =>
    `a.${quoteName(name)} IS DISTINCT FROM b.${quoteName(name)}`;
  const counts = ["r_there", ...columns].map(
    (name) => `count_if(${differs(name)}) AS ${quoteName(name)}`,
  );
  const [row] = await engine.rows(
    `SELECT count(*) AS "r_rows", ${counts.join(", ")} FROM ${joined}`,
  );
  const moved: Moved[] = [];
  for (const name of ["r_there", ...columns]) {
    if (Number(row?.[name]) === 0) continue;
    const [seen] = await engine.rows(
      `SELECT ${keys}, CAST(a.${quoteName(name)} AS VARCHAR) AS "before", ` +
        `CAST(b.${quoteName(name)} AS VARCHAR) AS "after" ` +
        `FROM ${joined} WHERE ${differs(name)} ORDER BY ${keys} LIMIT 1`,
    );
    const of = set.keys.map((key) => `${key.name} ${seen?.[key.name]}`).join(", ");
    const feature = name.startsWith("r_") ? "(population)" : name;
    const example =
      `${feature} of ${of}: ${seen?.["before"]} became ${seen?.["after"]} ` +
      `with the future ${step.variant}`;
    moved.push({ feature, example });
  }
  if (moved.length === 0) return Number(row?.["r_rows"]);
  throw featureErrors.LEAK_FOUND({
    set: set.name,
    cutoff: step.cutoff.day,
    features: [...new Set(moved.map((one) => one.feature))],
    example: moved[0]?.example ?? "",
  });
}
