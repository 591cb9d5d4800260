import type { Command } from "./command.js";
import { contestCommand } from "./commands/contest.js";
import { demoCommand } from "./commands/demo.js";
import { detectCommand } from "./commands/detect.js";
import { evaluateCommand } from "./commands/evaluate.js";
import { exportCommand } from "./commands/export.js";
import { featuresCommand } from "./commands/features.js";
import { ingestCommand } from "./commands/ingest.js";
import { leaderboardCommand } from "./commands/leaderboard.js";
import { qualityCommand } from "./commands/quality.js";
import { rejectsCommand } from "./commands/rejects.js";
import { scoreCommand } from "./commands/score.js";
import { simulateCommand } from "./commands/simulate.js";
import { trainCommand } from "./commands/train.js";

/** The catalogue of commands in the order in which the help shows them. */
export const commands: readonly Command[] = [
  demoCommand,
  simulateCommand,
  ingestCommand,
  qualityCommand,
  rejectsCommand,
  featuresCommand,
  trainCommand,
  evaluateCommand,
  scoreCommand,
  detectCommand,
  contestCommand,
  leaderboardCommand,
  exportCommand,
];
