export { type EvaluationExtras, evaluationPage } from "./evaluation-page.js";
export { evaluationSections } from "./evaluation-sections.js";
export type { Axis } from "./figures/axis.js";
export { type Bar, type BarChartOptions, barChart } from "./figures/bar-chart.js";
export { type CalibrationOptions, calibrationChart } from "./figures/calibration-chart.js";
export {
  type ColumnHistogramOptions,
  type ColumnValuesOptions,
  columnHistogram,
  columnValues,
  type HistogramBin,
} from "./figures/column-picture.js";
export { type HeatMapOptions, heatMap, heatRamp } from "./figures/heat-map.js";
export {
  type IntervalChartOptions,
  type IntervalRow,
  intervalChart,
} from "./figures/interval-chart.js";
export { type LineChartOptions, type LineSeries, lineChart } from "./figures/line-chart.js";
export { type Picture, svgFile } from "./figures/picture.js";
export { type Strip, type StripChartOptions, stripChart } from "./figures/strip-chart.js";
export { type Content, escapeText, html, join, Markup, trusted } from "./markup.js";
export {
  formatInterval,
  formatMetric,
  formatNumber,
  formatShare,
} from "./numbers.js";
export { type PageOptions, page, type Section } from "./page.js";
export {
  type Cell,
  callout,
  commandLines,
  type Fact,
  facts,
  figure,
  figures,
  foldable,
  list,
  longTable,
  type TableColumn,
  type TableOptions,
  type TableRow,
  table,
  wideFigure,
  withRange,
  withReason,
} from "./parts.js";
export { qualityPage } from "./quality-page.js";
export { accuracySection } from "./sections/accuracy.js";
export { curvesSection } from "./sections/curves.js";
export { coefficientsSection, correlationSection } from "./sections/features.js";
export { importanceSection } from "./sections/importance.js";
export {
  limitsSection,
  populationSection,
  type QualityNote,
  qualitySection,
  type ReadCounts,
  reproduceSection,
} from "./sections/origins.js";
export { periodsSection, protocolsSection } from "./sections/protocols.js";
export { evaluationFacts, resultSection } from "./sections/result.js";
export {
  type RetentionCohort,
  type RetentionData,
  retentionSection,
} from "./sections/retention.js";
export { oracleSection, randomLabelsSection, suspicionCallouts } from "./sections/trust.js";
export { type AnswerWords, plainWords } from "./sections/words.js";
export { type TaskFindings, taskPage } from "./task-page.js";
