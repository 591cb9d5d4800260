// Shows the way from logs to scores in TypeScript: each step is one function.
// Run: npx tsx examples/churn.ts [FOLDER [LISTENERS [DAYS]]]   (after npm ci && npm run build)
import { join } from "node:path";
import { evaluateTask, ingest, score, simulate, train } from "refrain";

const [folder = "churn-example", listeners = "1000", days = "100"] = process.argv.slice(2);
const logs = join(folder, "logs");
const lake = join(folder, "lake");
const model = join(folder, "churn.refrain");

await simulate({
  as: "musicbox",
  users: Number(listeners),
  days: Number(days),
  seed: 1,
  dirt: 0.01,
  out: logs,
});
const { rows } = await ingest({ inputs: [logs], source: "musicbox", lake });
console.log(`${rows.kept} rows kept, ${rows.rejected} rejected`);

const { metrics } = await train({ task: "churn", source: { lake }, out: model });
console.log("ROC-AUC on the last window:", metrics.rocAuc);

const { evaluations } = await evaluateTask({ task: "churn", source: { lake }, truth: logs });
console.log("Share of the attainable skill:", evaluations[0]?.oracle?.attained);

const scored = await score({ model, source: { lake }, out: join(folder, "scores.csv") });
console.log(`${scored.rows} listeners scored`);
