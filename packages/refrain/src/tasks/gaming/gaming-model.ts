import { writeFile } from "node:fs/promises";
import { type Json, type Model, modelHash, writeModel } from "@refrain/learn";
import { writeAtomically } from "../../foundation/index.js";
import type { Cut, CutBasis } from "./cut.js";
import type { ColumnProfile } from "./profile.js";
import { labelColumn } from "./read-usage.js";

/** The diagonal Gaussian of a training day, by column. */
export interface GaussianFacts {
  readonly trim: number | null;
  /** Rows left out, by the column that they went for. */
  readonly rowsTrimmed: Readonly<Record<string, number>>;
  readonly mu: Readonly<Record<string, number>>;
  readonly sigma: Readonly<Record<string, number>>;
  /** Density below which a row is called; may underflow to 0, `logEpsilon` does not. */
  readonly epsilon: number | null;
  readonly logEpsilon: number | null;
}

/** A model with all that scoring needs beside it. */
export interface GamingModel extends CutBasis {
  readonly model: Model;
  /** Name of the method. */
  readonly method: string;
  readonly cut: Cut;
  /** Days of a lake that were counted together; absent where files were read. */
  readonly span?: number;
  /** How each column is spread over the users of the training day. */
  readonly profile: readonly ColumnProfile[];
  readonly gaussian: GaussianFacts;
}

/** Genuine scores that a model file keeps: all of the highest, and of the rest so many. */
const [highestKept, restKept] = [2_000, 4_000];

/**
 * Writes a model; equal models give equal bytes. No user stands in it.
 * @returns the model's hash
 * @throws DISK_FULL
 */
export async function saveGaming(paths: Iterable<string>, gaming: GamingModel): Promise<string> {
  const bytes = gamingBytes(gaming);
  for (const path of paths) await writeAtomically(path, (temporary) => writeFile(temporary, bytes));
  return modelHash(bytes);
}

/** The model file. */
export function gamingBytes({ model, ...rest }: GamingModel): Uint8Array {
  const own = { ...rest, genuine: thinned(rest.genuine) };
  const task = {
    task: "gaming",
    target: labelColumn,
    meaning: "plays are inflated",
    featureVersion: "usage-days/1",
  };
  const extras = JSON.parse(JSON.stringify({ task, test: {}, gaming: own })) as Record<
    string,
    Json
  >;
  return writeModel(model, { metrics: extras });
}

interface Thinned {
  /** Falling. */
  readonly highest: readonly number[];
  /** Falling, each standing for `every` rows. */
  readonly rest: readonly number[];
  readonly every: number;
}

function thinned(genuine: Float64Array): Thinned {
  const falling = Float64Array.from(genuine).sort().reverse();
  const below = falling.subarray(highestKept);
  const every = Math.max(1, Math.ceil(below.length / restKept));
  return {
    highest: [...falling.subarray(0, highestKept)],
    rest: [...below.filter((_, at) => at % every === 0)],
    every,
  };
}

/**
 * What `saveGaming` wrote.
 * @param model with its `metrics`, as `readModel` gives it
 */
export function gamingOf(model: Model, metrics: Readonly<Record<string, Json>>): GamingModel {
  const own = metrics["gaming"] as unknown as Omit<GamingModel, "genuine" | "model"> & {
    readonly genuine: Thinned;
  };
  const { highest, rest, every } = own.genuine;
  const repeated = rest.flatMap((score) => new Array<number>(every).fill(score));
  return { ...own, model, genuine: Float64Array.from([...highest, ...repeated]) };
}
