import type { Learner, Model, SeededOptions } from "../learners/index.js";
import { aliveChecks } from "./alive-checks.js";
import { budgetChecks } from "./budget-checks.js";
import {
  type Check,
  type CheckContext,
  type CheckGroup,
  type CheckOptions,
  type CheckReport,
  type CheckResult,
  noSense,
} from "./check.js";
import { contractChecks } from "./contract-checks.js";
import {
  detectorAliveChecks,
  detectorHonestChecks,
  detectorReasonChecks,
} from "./detection-checks.js";
import { explainChecks } from "./explain-checks.js";
import { fileChecks } from "./file-checks.js";
import { honestChecks } from "./honest-checks.js";
import { numberChecks } from "./number-checks.js";
import { probabilityChecks } from "./probability-checks.js";
import { recommendationChecks } from "./recommendation-checks.js";
import { makeWorld } from "./world.js";

/** The suite: a new check is one row in its group's list. */
const suite: readonly (readonly [CheckGroup, readonly Check[]])[] = [
  ["contract", [...contractChecks, ...recommendationChecks]],
  ["numbers", numberChecks],
  ["alive", [...aliveChecks, ...detectorAliveChecks]],
  ["honest", [...honestChecks, ...detectorHonestChecks]],
  ["probability", probabilityChecks],
  ["explain", [...explainChecks, ...detectorReasonChecks]],
  ["file", fileChecks],
  ["budget", budgetChecks],
];

function contextOf(learner: Learner, options: object, seed: number): CheckContext {
  const world = makeWorld(learner, seed);
  const fit: CheckContext["fit"] = (frame, target, extras, more) =>
    learner.fit(frame, target, { ...options, ...more }, extras);
  let fitted: Promise<Model> | undefined;
  const model = (): Promise<Model> => {
    fitted ??= fit(world.frame, world.target);
    return fitted;
  };
  return { learner, world, fit, model };
}

async function runCheck(check: Check, context: CheckContext) {
  try {
    return await check.run(context);
  } catch (error) {
    return `it threw ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
  }
}

/** An exception is only for a check that does not hold: others would hide what is mended. */
function judge(found: string | undefined, exception: string | undefined) {
  if (exception === undefined) {
    return found === undefined
      ? ({ status: "passed" } as const)
      : ({ status: "failed", message: found } as const);
  }
  return found === undefined
    ? ({ status: "failed", message: "It holds: take the exception away." } as const)
    : ({ status: "excepted", message: exception } as const);
}

/**
 * Runs the suite that every learner of this package passes.
 * @param learner ours or yours
 * @param options options for its fits, exceptions with their reasons
 * @returns one result a check; nothing is thrown for a check that fails
 */
export async function checkLearner<Options extends SeededOptions, Fitted extends Model>(
  learner: Learner<Options, Fitted>,
  options: CheckOptions<Options> = {},
): Promise<CheckReport> {
  const checked = learner as unknown as Learner;
  const context = contextOf(checked, options.options ?? {}, options.seed ?? 1);
  const exceptions = new Map(Object.entries(options.exceptions ?? {}));
  const results: CheckResult[] = [];
  for (const [group, checks] of suite) {
    if (options.groups !== undefined && !options.groups.includes(group)) continue;
    for (const check of checks) {
      const { name } = check;
      if (check.applies?.(checked) === false) {
        results.push({ group, name, status: "skipped" });
        continue;
      }
      const found = await runCheck(check, context);
      if (found === noSense) {
        results.push({ group, name, status: "skipped" });
        continue;
      }
      results.push({ group, name, ...judge(found, exceptions.get(name)) });
    }
  }
  const passed = results.every(({ status }) => status !== "failed");
  return { learner: learner.kind, passed, results };
}
