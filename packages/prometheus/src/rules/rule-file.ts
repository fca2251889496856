/**
 * Rule files, as Prometheus reads them; checked once, where they enter.
 * Source: https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/ and alerting_rules/
 */
import { parse as parseYaml } from 'yaml'
import * as z from 'zod'
import type { Expr } from '../promql/ast.ts'
import { durationMs } from '../promql/duration.ts'
import { parse } from '../promql/parse.ts'

export type AlertingRule = {
  readonly kind: 'alerting'
  readonly name: string
  readonly query: string
  readonly expr: Expr
  readonly forMs: number
  readonly keepFiringForMs: number
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}
export type RecordingRule = {
  readonly kind: 'recording'
  readonly name: string
  readonly query: string
  readonly expr: Expr
  readonly labels: Readonly<Record<string, string>>
}
export type Rule = AlertingRule | RecordingRule
export type RuleGroup = {
  readonly name: string
  readonly file: string
  readonly intervalMs?: number | undefined
  readonly rules: readonly Rule[]
}

const Duration = z.string().transform((text, context) => {
  const ms = durationMs(text)
  if (ms === undefined) context.addIssue({ code: 'custom', message: `not a valid duration string: "${text}"` })
  return ms ?? 0
})
const Texts = z.record(z.string(), z.coerce.string()).default({})

const RuleShape = z
  .strictObject({
    record: z.string().optional(),
    alert: z.string().optional(),
    expr: z.coerce.string(),
    for: Duration.default(0),
    keep_firing_for: Duration.default(0),
    labels: Texts,
    annotations: Texts,
  })
  .refine(
    ({ record, alert }) => (record === undefined) !== (alert === undefined),
    'only one of `record` and `alert` must be set',
  )

const FileShape = z.strictObject({
  groups: z.array(
    z.strictObject({ name: z.string(), interval: Duration.optional(), rules: z.array(RuleShape).default([]) }),
  ),
})

/** @throws RangeError that names the file and what is wrong in it */
export function parseRules(text: string, file: string): RuleGroup[] {
  const shape = FileShape.safeParse(yamlOf(text, file))
  if (!shape.success) throw new RangeError(`${file}: ${z.prettifyError(shape.error)}`)
  return shape.data.groups.map(({ name, interval, rules }) => ({
    name,
    file,
    intervalMs: interval,
    rules: rules.map((rule) => ruleOf(rule, `${file}, group "${name}"`)),
  }))
}

function yamlOf(text: string, file: string): unknown {
  try {
    return parseYaml(text)
  } catch (fault) {
    throw new RangeError(`${file}: ${(fault as Error).message}`)
  }
}

function ruleOf(rule: z.infer<typeof RuleShape>, where: string): Rule {
  const { record, alert, expr: query, labels } = rule
  const name = record ?? alert ?? ''
  const expr = exprOf(query, `${where}, rule "${name}"`)
  if (record !== undefined) return { kind: 'recording', name, query, expr, labels }
  const { for: forMs, keep_firing_for: keepFiringForMs, annotations } = rule
  return { kind: 'alerting', name, query, expr, forMs, keepFiringForMs, labels, annotations }
}

function exprOf(query: string, where: string): Expr {
  try {
    return parse(query)
  } catch (fault) {
    throw new RangeError(`${where}: could not parse expression: ${(fault as Error).message}`)
  }
}
