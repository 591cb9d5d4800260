import { type BlockCounts, BlockMaker, type BlockRange } from "./block.js";
import type { Scenario } from "./scenario.js";
import { UsageMaker } from "./usage/usage-maker.js";
import type { UsageScenario } from "./usage/usage-scenario.js";

/** Makes blocks of accounts, one after the other, and appends them to the files of a folder. */
export interface Maker {
  /** Makes a block into buffers that are used again for the next. */
  make(range: BlockRange): BlockCounts;
  /** Appends what was made; blocks must be written in their order. */
  write(folder: string): void;
}

/** What is simulated; all of it plain data, so that workers can be told. */
export type AnyScenario = Scenario | UsageScenario;

/** The maker of a scenario's files. */
export function makerOf(scenario: AnyScenario): Maker {
  return scenario.as === "usage-days" ? new UsageMaker(scenario) : new BlockMaker(scenario);
}
