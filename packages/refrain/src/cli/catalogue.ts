import type { Command } from "./command.js";
import { featuresCommand } from "./commands/features.js";
import { ingestCommand } from "./commands/ingest.js";
import { rejectsCommand } from "./commands/rejects.js";
import { simulateCommand } from "./commands/simulate.js";

/** The catalogue of commands in the order in which the help shows them. */
export const commands: readonly Command[] = [
  simulateCommand,
  ingestCommand,
  rejectsCommand,
  featuresCommand,
];
