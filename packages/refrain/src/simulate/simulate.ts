import { refuseDegenerate } from "./difficulty.js";
import { type SimulateOptions, type SimulationFormat, toScenario } from "./scenario.js";
import { writeFolder } from "./write-folder.js";
import { type Written, writeService } from "./write-service.js";

/** What was simulated; everything but `seconds` and `out` is a function of the scenario. */
export interface SimulateSummary extends Written {
  readonly as: SimulationFormat;
  readonly out: string;
  readonly users: number;
  readonly days: number;
  readonly seed: number;
  readonly start: string;
  readonly dirt: number;
  readonly seconds: number;
}

/**
 * Simulates a streaming service whose truth is known, and writes its logs.
 * @returns counts; the logs lie in `out`, the truth in `out/truth`
 * @throws OPTION_INVALID, OUT_NOT_EMPTY, OUT_BUSY, SIMULATION_DEGENERATE, INTERRUPTED, DISK_FULL
 */
export async function simulate(options: SimulateOptions): Promise<SimulateSummary> {
  const scenario = toScenario(options);
  return writeFolder(scenario, options, async (folder) => {
    const written = await writeService(scenario, folder, options);
    refuseDegenerate(scenario.as, written.difficulty);
    return written;
  });
}
