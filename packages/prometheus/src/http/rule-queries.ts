/**
 * Rules and the alerts that are up.
 */
import { valueText } from '../engine/value.ts'
import type { Alert, RuleState } from '../rules/rules.ts'
import type { Call } from './api.ts'
import type { Moments } from './format.ts'
import { badData } from './parameters.ts'

export function alertsJson({ rules, now, moments }: Call): unknown {
  const states = rules.states(now()).flatMap((group) => group.rules)
  return { alerts: states.flatMap(({ alerts }) => [...alerts.values()].map((alert) => alertJson(alert, moments))) }
}

export function rulesJson({ rules, now, moments, parameters }: Call): unknown {
  const type = parameters.text('type')
  if (!['', 'alert', 'record'].includes(type))
    throw badData(`invalid parameter "type": not supported value ${JSON.stringify(type)}`)
  const names = parameters.all('rule_name[]')
  const isWanted = ({ rule }: RuleState) =>
    (type === '' || type === (rule.kind === 'alerting' ? 'alert' : 'record')) &&
    (names.length === 0 || names.includes(rule.name))
  const groups = rules.states(now()).map(({ group, intervalMs, rules: states }) => ({
    name: group.name,
    file: group.file,
    rules: states.filter(isWanted).map((state) => ruleJson(state, moments)),
    interval: intervalMs / 1000,
    limit: 0,
    evaluationTime: 0,
    lastEvaluation: moments.text(Math.max(0, ...states.map(({ evaluatedMs }) => evaluatedMs))),
  }))
  return { groups: groups.filter(({ rules: left }) => left.length > 0) }
}

function ruleJson({ rule, alerts, error, evaluatedMs }: RuleState, moments: Moments): unknown {
  const last = {
    health: error === undefined ? 'ok' : 'err',
    ...(error !== undefined && { lastError: error }),
    evaluationTime: 0,
    lastEvaluation: moments.text(evaluatedMs),
  }
  const { name, query, labels } = rule
  if (rule.kind === 'recording') return { name, query, labels, ...last, type: 'recording' }
  const up = [...alerts.values()]
  return {
    state: up.some(({ state }) => state === 'firing') ? 'firing' : up.length > 0 ? 'pending' : 'inactive',
    name,
    query,
    duration: rule.forMs / 1000,
    keepFiringFor: rule.keepFiringForMs / 1000,
    labels,
    annotations: rule.annotations,
    alerts: up.map((alert) => alertJson(alert, moments)),
    ...last,
    type: 'alerting',
  }
}

function alertJson({ labels, annotations, state, activeAtMs, value, keptSinceMs }: Alert, moments: Moments): unknown {
  return {
    labels,
    annotations,
    state,
    activeAt: moments.text(activeAtMs),
    ...(keptSinceMs !== undefined && { keepFiringSince: moments.text(keptSinceMs) }),
    value: scientific(value),
  }
}

/** As Go's `%e` with as many digits as needed: `1e+00`. */
function scientific(value: number): string {
  if (!Number.isFinite(value)) return valueText(value)
  return value.toExponential().replace(/e([-+])(\d)$/, 'e$10$2')
}
