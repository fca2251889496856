/** The face of the package. */
export { ParseError } from './promql/ast.ts'
export { durationMs, durationText } from './promql/duration.ts'
export { parse } from './promql/parse.ts'
export { exposition, TEXT_FORMAT, type Family, type MetricType, type Point } from './exposition.ts'
export { NAME, type Labels } from './labels.ts'
export { createPrometheus, type Prometheus, type PrometheusOptions } from './prometheus.ts'
export { parseRules, type RuleGroup } from './rules/rule-file.ts'
export type { Target } from './scraper.ts'
