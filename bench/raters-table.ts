/** Evaluations of crooked raters as Markdown, beside what is owed. */
import type { Estimated, RatersEvaluation } from "refrain";

/** What is owed on a base; kinds without a number are shown. */
export interface OwedOfRaters {
  readonly f1: number;
  /** PR-AUC by kind. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Recall at 1 % of held-out kinds, mean. */
  readonly heldOut: number;
}

/** The part of an evaluation that is shown. */
export type ShownEvaluation = Pick<RatersEvaluation, "pooled" | "kinds" | "heldOut" | "stepTwo">;

export const shown = ({ value, low, high }: Estimated): string =>
  value === null
    ? "–"
    : low === null
      ? value.toFixed(3)
      : `${value.toFixed(3)} (${low.toFixed(3)} … ${high!.toFixed(3)})`;

/** Whether every mean reaches its bar. */
export function ratersHold({ pooled, kinds, heldOut }: ShownEvaluation, owed: OwedOfRaters) {
  const least = (one: Estimated | undefined, bar: number) => (one?.value ?? 0) >= bar;
  return (
    least(pooled.f1, owed.f1) &&
    Object.entries(owed.kinds).every(([kind, bar]) => least(kinds[kind]?.prAuc, bar)) &&
    (heldOut === undefined || least(heldOut.mean.union, owed.heldOut))
  );
}

/** Pooled figures, kinds, held-out kinds and step 2. */
export function ratersTables(found: ShownEvaluation, owed: OwedOfRaters): string {
  const { pooled, kinds, heldOut, stepTwo } = found;
  const head = ["kind", "PR-AUC", "owed", "recall at 1 %", "at the threshold"];
  const more = heldOut ? ["held out, learnt alone", "held out, union"] : [];
  const lines = Object.entries(kinds).map(([kind, one]) => [
    kind,
    shown(one.prAuc),
    owed.kinds[kind] === undefined ? "shown" : `≥ ${owed.kinds[kind]}`,
    shown(one.recallAt1),
    shown(one.recallAtThreshold),
    ...(heldOut ? [shown(heldOut.kinds[kind]!.learnt), shown(heldOut.kinds[kind]!.union)] : []),
  ]);
  const means = heldOut
    ? [["mean", "", "", "", "", shown(heldOut.mean.learnt), shown(heldOut.mean.union)]]
    : [];
  const steps = Object.entries(stepTwo ?? {}).flatMap(([reading, one]) =>
    Object.entries(one).map(([measure, both]) => [
      reading,
      measure,
      shown(both.learnt),
      shown(both.union),
    ]),
  );
  return [
    `Pooled F1 ${shown(pooled.f1)} (owed ≥ ${owed.f1}), PR-AUC ${shown(pooled.prAuc)}, ROC-AUC`,
    `${shown(pooled.rocAuc)}; the threshold, fixed on folds of the training half, flags`,
    `${shown(pooled.falsePositiveRate)} of the genuine.`,
    ...(heldOut ? [`Held-out kinds: recall at 1 %, mean owed ≥ ${owed.heldOut}.`] : []),
    "",
    markdownTable([...head, ...more], [...lines, ...means]),
    ...(steps.length > 0
      ? [
          "",
          "Step 2. `hidden`: a tenth of the labels, two kinds never labelled; `positives`: a",
          "third of the anomalous labelled, no genuine ones.",
          "",
          markdownTable(["labels", "measure", "learnt alone", "union"], steps),
        ]
      : []),
  ].join("\n");
}

export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${head.map(() => "---|").join("")}`, ...rows.map(line)].join("\n");
}

/** Quantiles .975 of Student's t by degrees of freedom. */
const quantiles = [0, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

function estimate(values: readonly number[]): Estimated {
  const n = values.length;
  if (n === 0) return { value: null, low: null, high: null };
  const value = values.reduce((sum, one) => sum + one, 0) / n;
  if (n === 1) return { value, low: null, high: null };
  const squares = values.reduce((sum, one) => sum + (one - value) ** 2, 0);
  const half = (quantiles[n - 1] ?? 1.96) * Math.sqrt(squares / (n - 1) / n);
  return { value, low: value - half, high: value + half };
}

/** Evaluations of one seed each as one of all: every number in it becomes a mean over seeds. */
export function together(found: readonly RatersEvaluation[]): ShownEvaluation {
  const merge = (parts: readonly unknown[]): unknown => {
    const [first] = parts;
    if (typeof first !== "object" || first === null) return first;
    if ("value" in first && "low" in first) {
      const values = (parts as readonly Estimated[]).flatMap(({ value }) => value ?? []);
      return estimate(values);
    }
    return Object.fromEntries(
      Object.keys(first).map((key) => [
        key,
        merge(parts.map((one) => (one as Readonly<Record<string, unknown>>)[key])),
      ]),
    );
  };
  const of = <Name extends keyof ShownEvaluation>(name: Name) => {
    const parts: unknown[] = found.map((one) => one[name]).filter((one) => one !== undefined);
    return (parts.length === 0 ? undefined : merge(parts)) as ShownEvaluation[Name];
  };
  const [heldOut, stepTwo] = [of("heldOut"), of("stepTwo")];
  return {
    ...{ pooled: of("pooled"), kinds: of("kinds") },
    ...(heldOut && { heldOut }),
    ...(stepTwo && { stepTwo }),
  };
}
