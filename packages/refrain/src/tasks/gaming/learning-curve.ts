import { f1At, RandomStream } from "@refrain/learn";
import { rowsWhere } from "../../evaluation/index.js";
import { markedThreshold } from "./cut.js";
import { type LabelledDays, takeDays } from "./data.js";
import { type FitMethodOptions, fitMethod, type TriedMethod } from "./fit-method.js";
import type { Method } from "./methods.js";

/** How a method does when few cheats are marked. */
export interface FewLabels {
  readonly method: string;
  /** Marked cheats that method and threshold were given. */
  readonly positives: number;
  /** F1 on the other validation rows, one a draw. */
  readonly draws: readonly number[];
  readonly mean: number;
}

const sizes = [5, 10, 40, 160];
const drawCount = 5;

/**
 * Marks cost time: how many are needed? Draws users with so many marked cheats and as many others
 * as go with them, and judges on all other validation rows. Methods that need no marks take from
 * them only the threshold.
 */
export async function learningCurve(
  tried: readonly TriedMethod[],
  validation: LabelledDays,
  options: FitMethodOptions,
): Promise<FewLabels[]> {
  const positives = validation.label.reduce((sum, value) => sum + value, 0);
  const found: FewLabels[] = [];
  for (const size of sizes.filter((one) => one <= positives / 2)) {
    for (const { method, scores } of tried) {
      options.onProgress?.({ doing: `learning from ${size} marked cheats` });
      const draws: number[] = [];
      for (let draw = 0; draw < drawCount; draw += 1) {
        const given = drawUsers(validation, size, options.seed * 1000 + draw);
        draws.push(await judgeFew({ method, scores, validation, given }, options));
      }
      const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
      found.push({ method: method.name, positives: size, draws, mean });
    }
  }
  return found;
}

/** 1 for rows of users drawn until they hold `size` marked cheats, one a row. */
function drawUsers({ label, userCodes }: LabelledDays, size: number, seed: number): Uint8Array {
  const rowsOf = new Map<number, number[]>();
  for (const [row, user] of userCodes.entries()) {
    rowsOf.set(user, [...(rowsOf.get(user) ?? []), row]);
  }
  const users = Uint32Array.from(rowsOf.keys());
  new RandomStream(seed, "few labels").shuffle(users);
  const given = new Uint8Array(label.length);
  let positives = 0;
  for (const user of users) {
    if (positives >= size) break;
    for (const row of rowsOf.get(user)!) {
      given[row] = 1;
      positives += label[row]!;
    }
  }
  return given;
}

interface FewCase {
  readonly method: Method;
  /** Of a method that needs no marks, one a validation row. */
  readonly scores: Float64Array;
  readonly validation: LabelledDays;
  readonly given: Uint8Array;
}

async function judgeFew(
  { method, scores, validation, given }: FewCase,
  { seed, threads, signal }: FitMethodOptions,
): Promise<number> {
  const inside = rowsWhere(given.length, (row) => given[row] === 1);
  const outside = rowsWhere(given.length, (row) => given[row] === 0);
  const few = takeDays(validation, inside);
  const rest = takeDays(validation, outside);
  if (method.kind === "unsupervised") {
    const own = Float64Array.from(inside, (row) => scores[row]!);
    const others = Float64Array.from(outside, (row) => scores[row]!);
    return f1At(rest.label, others, markedThreshold(method, few.label, own));
  }
  const job = { seed, threads, ...(signal === undefined ? {} : { signal }) };
  const fit = await fitMethod(method, { train: few, validation: few }, job);
  const found = await fit.model.predict(rest.features, { threads, signal });
  return f1At(rest.label, found, markedThreshold(method, few.label, fit.scores));
}
