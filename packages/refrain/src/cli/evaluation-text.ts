import type { Evaluation, MetricEstimates } from "../evaluation/index.js";
import { count, table } from "./words.js";

type Estimate = MetricEstimates["rocAuc"];

/** What an evaluation found, for the terminal. */
export async function evaluationText(evaluation: Evaluation, meaning: string): Promise<string> {
  const { population, best, naive, randomLabels, oracle, suspicions } = evaluation;
  const dropped = Object.entries(population.dropped).filter(([, rows]) => rows > 0);
  const lines = [
    `${evaluation.target}: ${meaning}`,
    `${count(population.rows)} rows of ${count(population.users)} users, ` +
      `${percent(population.positives / population.rows)} yes` +
      (dropped.length > 0
        ? `; left out: ${dropped.map(([reason, rows]) => `${count(rows)} ${reason}`).join(", ")}`
        : ""),
    evaluation.protocol,
    "",
    (await modelsTable(evaluation)).trimEnd(),
    "",
  ];
  if (best === null)
    return `${[...lines, evaluation.chosenBy, ...warnings(suspicions)].join("\n")}\n`;
  const found = evaluation.models.find((model) => model.name === best)!;
  lines.push(
    `Best: ${best} (${evaluation.chosenBy}). ${difference(found)}`,
    `Always saying "${naive.positive ? "yes" : "no"}" is right in ` +
      `${share(naive.accuracy)} of the test rows.`,
    `Random labels: ROC-AUC ${interval(randomLabels.rocAuc)} over ${randomLabels.repeats} runs; ` +
      (randomLabels.holdsHalf
        ? "nothing was found, as it must be."
        : "something was found: a leak."),
    ...(oracle
      ? [
          `Attainable: ROC-AUC ${interval(oracle.rocAuc)}; ${best} reached ` +
            `${share(oracle.attained)} of it.`,
        ]
      : []),
    ...evaluation.splits.filter((split) => !split.main).map((split) => besideText(split, best)),
    ...warnings(suspicions),
  );
  return `${lines.join("\n")}\n`;
}

function modelsTable({ models }: Evaluation): Promise<string> {
  return table(
    [
      "model",
      "ROC-AUC",
      "95 % interval",
      "PR-AUC",
      "log-loss",
      "ECE",
      "lift@10 %",
      "accuracy",
      "in training",
    ],
    models.map((model) => [
      model.name,
      three(model.rocAuc),
      interval95(model.rocAuc),
      three(model.prAuc),
      four(model.logLoss),
      four(model.ece),
      model.liftAt10.value === null ? "–" : model.liftAt10.value.toFixed(1),
      three(model.accuracy),
      model.train === null ? "–" : model.train.accuracy.toFixed(3),
    ]),
  );
}

/** Against the baseline that is hardest to beat in log-loss, of which less is better. */
function difference({ differences }: Evaluation["models"][number]): string {
  const logLoss = differences?.logLoss;
  if (!logLoss || logLoss.value === null || logLoss.low === null || logLoss.high === null)
    return "";
  const words = logLoss.tie ? "A tie with" : logLoss.value < 0 ? "Better than" : "Worse than";
  return (
    `${words} ${logLoss.against}: log-loss ${signed(logLoss.value)} ` +
    `(${signed(logLoss.low)} to ${signed(logLoss.high)}).`
  );
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(4)}`;
}

function besideText(split: Evaluation["splits"][number], best: string): string {
  const found = split.models.find((model) => model.name === best);
  const words: Readonly<Record<string, string>> = {
    time: "By time",
    user: "By user",
    "time-and-user": "By time and user",
    row: "By random rows, which leaks",
  };
  const name = words[split.kind] ?? split.kind;
  if (split.reason !== undefined) return `${name}: ${split.reason}`;
  return `${name}: ROC-AUC of ${best} ${found ? interval(found.rocAuc) : "–"}.`;
}

function warnings(suspicions: Evaluation["suspicions"]): string[] {
  return suspicions.map(({ message }) => `Suspicious: ${message}`);
}

function three({ value }: Estimate): string {
  return value === null ? "–" : value.toFixed(3);
}

function four({ value }: Estimate): string {
  return value === null ? "–" : value.toFixed(4);
}

function interval95({ low, high }: Estimate): string {
  return low === null || high === null ? "–" : `${low.toFixed(3)}–${high.toFixed(3)}`;
}

function interval(estimate: Estimate): string {
  return estimate.low === null ? three(estimate) : `${three(estimate)} (${interval95(estimate)})`;
}

function share({ value, low, high }: Estimate): string {
  if (value === null) return "–";
  return low === null || high === null
    ? percent(value)
    : `${percent(value)} (${percent(low)} to ${percent(high)})`;
}

function percent(value: number): string {
  return Number.isFinite(value) ? `${(100 * value).toFixed(1)} %` : "–";
}
