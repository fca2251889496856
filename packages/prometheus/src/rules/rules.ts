/**
 * Rules over stored samples. They depend on nothing else, so they are evaluated when somebody asks what came of them: at
 * every moment at which they were due since they were asked last, and what they find is stored as if they had been
 * evaluated then.
 */
import { keyOf, NAME, withoutName, type Labels } from '../labels.ts'
import { Query, samplesOf, type EngineOptions } from '../engine/query.ts'
import { ExecutionError, type Sample } from '../engine/value.ts'
import type { AlertingRule, RuleGroup, Rule } from './rule-file.ts'
import { expand } from './template.ts'

export type Alert = {
  readonly labels: Labels
  readonly annotations: Readonly<Record<string, string>>
  readonly state: 'pending' | 'firing'
  readonly activeAtMs: number
  readonly value: number
  /** Since when its query does not find it any more, while it keeps firing. */
  readonly keptSinceMs?: number | undefined
}

/** What is known of a rule: how its last evaluation went, and the alerts that are up. */
export type RuleState = {
  readonly rule: Rule
  readonly alerts: ReadonlyMap<string, Alert>
  readonly error?: string | undefined
  readonly evaluatedMs: number
}

type GroupState = {
  readonly group: RuleGroup
  readonly rules: RuleState[]
  readonly written: Map<Labels, string>[]
  dueMs: number
}

export class Rules {
  readonly #engine: EngineOptions
  readonly #intervalMs: number
  #groups: GroupState[] = []
  #isEvaluating = false

  /** @param intervalMs of groups that do not say */
  constructor(engine: EngineOptions, intervalMs: number) {
    this.#engine = engine
    this.#intervalMs = intervalMs
  }

  /** Puts other rules in place of those there are; a group that stays as it was keeps what it knows. */
  load(groups: readonly RuleGroup[], nowMs: number): void {
    this.#groups = groups.map((group) => {
      const same = this.#groups.find((it) => JSON.stringify(it.group) === JSON.stringify(group))
      return same ?? this.#fresh(group, nowMs)
    })
  }

  /** Do any of the rules write this metric? */
  writes(name: string): boolean {
    if (name === 'ALERTS' || name === 'ALERTS_FOR_STATE') return true
    return this.#groups.some(({ group }) => group.rules.some((rule) => rule.kind === 'recording' && rule.name === name))
  }

  /** As of now. */
  states(
    nowMs: number,
  ): { readonly group: RuleGroup; readonly intervalMs: number; readonly rules: readonly RuleState[] }[] {
    this.catchUp(nowMs)
    return this.#groups.map(({ group, rules }) => ({ group, intervalMs: this.#intervalOf(group), rules }))
  }

  catchUp(nowMs: number): void {
    // A rule that reads what rules write is asked while they are evaluated.
    if (this.#isEvaluating) return
    this.#isEvaluating = true
    try {
      for (;;) {
        const [next] = this.#groups.filter(({ dueMs }) => dueMs <= nowMs).sort((a, b) => a.dueMs - b.dueMs)
        if (!next) return
        this.#evaluate(next)
      }
    } finally {
      this.#isEvaluating = false
    }
  }

  #fresh(group: RuleGroup, nowMs: number): GroupState {
    const intervalMs = this.#intervalOf(group)
    const rules = group.rules.map((rule) => ({ rule, alerts: new Map<string, Alert>(), evaluatedMs: nowMs }))
    return { group, rules, written: rules.map(() => new Map()), dueMs: Math.ceil(nowMs / intervalMs) * intervalMs }
  }

  #intervalOf({ intervalMs }: RuleGroup): number {
    return intervalMs ?? this.#intervalMs
  }

  #evaluate(state: GroupState): void {
    const atMs = state.dueMs
    state.dueMs += this.#intervalOf(state.group)
    for (const [i, known] of state.rules.entries()) {
      const { rule } = known
      try {
        const query = new Query(this.#engine, { startMs: atMs, endMs: atMs, stepMs: 1 })
        const found = samplesOf(query.at(rule.expr, atMs))
        const alerts = rule.kind === 'alerting' ? alertsOf(rule, known.alerts, found, atMs) : known.alerts
        const samples = rule.kind === 'alerting' ? seriesOf(alerts) : recorded(rule, found)
        this.#write(state.written[i]!, samples, atMs)
        state.rules[i] = { rule, alerts, evaluatedMs: atMs }
      } catch (fault) {
        if (!(fault instanceof ExecutionError)) throw fault
        state.rules[i] = { ...known, evaluatedMs: atMs, error: fault.message }
      }
    }
  }

  /** What a rule wrote last time and does not write now has ended. */
  #write(written: Map<Labels, string>, samples: readonly Sample[], atMs: number): void {
    const { storage } = this.#engine
    const now = new Set(samples.map(({ labels }) => keyOf(labels)))
    for (const [labels, key] of written) if (!now.has(key)) storage.end(labels, atMs)
    written.clear()
    for (const { labels, value } of samples) {
      storage.append(labels, atMs, value)
      written.set(labels, keyOf(labels))
    }
  }
}

function recorded({ name, labels: more }: Rule, found: readonly Sample[]): Sample[] {
  return found.map(({ labels, value }) => ({ labels: { ...withoutName(labels), ...more, [NAME]: name }, value }))
}

function alertsOf(
  rule: AlertingRule,
  before: ReadonlyMap<string, Alert>,
  found: readonly Sample[],
  atMs: number,
): Map<string, Alert> {
  const alerts = new Map<string, Alert>()
  for (const { labels: own, value } of found) {
    const data = { labels: own, value }
    const expanded = Object.entries(rule.labels).map(([name, text]) => [name, expand(text, data)])
    const labels: Labels = { ...withoutName(own), ...Object.fromEntries(expanded), alertname: rule.name }
    const known = before.get(keyOf(labels))
    const activeAtMs = known?.activeAtMs ?? atMs
    const isFiring = known?.state === 'firing' || atMs - activeAtMs >= rule.forMs
    const annotations = Object.fromEntries(
      Object.entries(rule.annotations).map(([name, text]) => [name, expand(text, data)]),
    )
    alerts.set(keyOf(labels), { labels, annotations, state: isFiring ? 'firing' : 'pending', activeAtMs, value })
  }
  for (const [key, alert] of before) {
    const keptSinceMs = alert.keptSinceMs ?? atMs
    const isKept = alert.state === 'firing' && atMs - keptSinceMs < rule.keepFiringForMs
    if (!alerts.has(key) && isKept) alerts.set(key, { ...alert, keptSinceMs })
  }
  return alerts
}

function seriesOf(alerts: ReadonlyMap<string, Alert>): Sample[] {
  return [...alerts.values()].flatMap(({ labels, state, activeAtMs }) => [
    { labels: { ...labels, [NAME]: 'ALERTS', alertstate: state }, value: 1 },
    { labels: { ...labels, [NAME]: 'ALERTS_FOR_STATE' }, value: activeAtMs / 1000 },
  ])
}
