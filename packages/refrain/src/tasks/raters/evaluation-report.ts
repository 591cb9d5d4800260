import {
  figure,
  formatInterval,
  formatMetric,
  formatNumber,
  html,
  intervalChart,
  page,
  type Section,
  table,
  withRange,
} from "../../report/index.js";
import type { Estimated } from "./estimate.js";
import type { RatersEvaluation } from "./evaluate-raters.js";

/** The page of `evaluate raters`: kinds with intervals over seeds. */
export async function ratersEvaluationPage(found: RatersEvaluation): Promise<string> {
  const { pooled, heldOut, seeds, users, anomalous, ratings, base } = found;
  const note = (one: Estimated) => formatInterval(one.low, one.high);
  return page({
    title: "How well crooked raters are found",
    subtitle: [
      `${base}: ${formatNumber(ratings)} ratings by ${formatNumber(users)} users,`,
      `${formatNumber(anomalous)} of them crooked; means of ${seeds.length} seeds`,
      "with 95 % intervals",
    ].join(" "),
    facts: [
      { label: "F1", value: formatMetric(pooled.f1.value), note: note(pooled.f1) },
      { label: "PR-AUC", value: formatMetric(pooled.prAuc.value), note: note(pooled.prAuc) },
      { label: "ROC-AUC", value: formatMetric(pooled.rocAuc.value), note: note(pooled.rocAuc) },
      ...(heldOut
        ? [
            {
              label: "Kinds never seen, found at 1 %",
              value: formatMetric(heldOut.mean.union.value),
              note: note(heldOut.mean.union),
            },
          ]
        : []),
    ],
    sections: [await kindsSection(found), ...(heldOut ? moreSections(found) : [])],
  });
}

function cell(one: Estimated) {
  const value = formatMetric(one.value);
  return one.low === null ? value : withRange(value, formatInterval(one.low, one.high));
}

async function kindsSection({ kinds, protocol }: RatersEvaluation): Promise<Section> {
  const rows = Object.entries(kinds);
  const chart = await intervalChart({
    alt: "PR-AUC of each kind with its interval over seeds",
    axis: { label: "PR-AUC against genuine users", domain: [0, 1] },
    rows: rows.flatMap(([kind, { prAuc: one }]) =>
      one.value === null
        ? []
        : [
            {
              label: kind,
              value: one.value,
              low: Math.max(0, one.low ?? one.value),
              high: Math.min(1, one.high ?? one.value),
            },
          ],
    ),
    width: 480,
  });
  return {
    title: "Kind by kind, all labels known",
    body: html`<p>${protocol}. The threshold is that of the best F1 on folds of the training half;
recall at 1 % cuts where 1 % of the genuine users of the other half are flagged.</p>
${figure(chart, "PR-AUC of each kind against genuine users.")}
${table({
  caption: "Each kind against the genuine users of the half that was not learnt from",
  columns: [
    { title: "Kind" },
    { title: "PR-AUC", kind: "number" },
    { title: "Recall at 1 %", kind: "number" },
    { title: "Recall at 5 %", kind: "number" },
    { title: "Recall at the threshold", kind: "number" },
  ],
  rows: rows.map(([kind, one]) => [
    kind,
    cell(one.prAuc),
    cell(one.recallAt1),
    cell(one.recallAt5),
    cell(one.recallAtThreshold),
  ]),
})}`,
  };
}

function moreSections({ heldOut, stepTwo }: RatersEvaluation): readonly Section[] {
  const kinds = table({
    caption: "Recall at 1 % false positives of a kind that was not in the training half",
    columns: [
      { title: "Kind" },
      { title: "Learnt alone", kind: "number" },
      { title: "Union", kind: "number" },
    ],
    rows: [
      ...Object.entries(heldOut!.kinds).map(([kind, one]) => [
        kind,
        cell(one.learnt),
        cell(one.union),
      ]),
      ["mean", cell(heldOut!.mean.learnt), cell(heldOut!.mean.union)],
    ],
  });
  const words = {
    hidden: "a tenth of the labels, two kinds never labelled",
    positives: "a third of the anomalous labelled, no genuine ones",
  };
  const steps = table({
    caption: "Learnt from few labels, judged on the other half",
    columns: [
      { title: "Labels" },
      { title: "Measure" },
      { title: "Learnt alone", kind: "number" },
      { title: "Union", kind: "number" },
    ],
    rows: Object.entries(stepTwo ?? {}).flatMap(([reading, one]) =>
      Object.entries({
        "PR-AUC": one.prAuc,
        "recall at 1 %": one.recallAt1,
        ...(one.recallOfUnseenAt1 && {
          "recall at 1 %, kinds never labelled": one.recallOfUnseenAt1,
        }),
      }).map(([measure, both]) => [
        words[reading as keyof typeof words],
        measure,
        cell(both.learnt),
        cell(both.union),
      ]),
    ),
  });
  return [
    { title: "Kinds never seen", body: kinds },
    { title: "Few labels", body: steps },
  ];
}
