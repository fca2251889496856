import { describe, expect, test } from 'vitest'

import { allInjectionRules } from '../injection/all.ts'
import { parseJsonText } from '../json-text.ts'
import { sanitize } from '../sanitize.ts'
import { allRules } from './all.ts'

const ids = (findings: readonly { rule: string }[]) => findings.map(({ rule }) => rule)

test.each([...allRules, ...allInjectionRules])('$id has samples of both kinds and a name for placeholders', (rule) => {
  expect(rule.finds).not.toHaveLength(0)
  expect(rule.ignores).not.toHaveLength(0)
  expect(rule.id).toMatch(/^[a-z][a-z0-9-]{1,39}$/)
  expect(rule.keywords.filter((keyword) => keyword !== keyword.toLowerCase() || keyword.trim() === '')).toEqual([])
})

describe.each(allRules)('$id', (rule) => {
  test.each(rule.finds)('is found alone in %j', (sample) => {
    const spans = [...rule.find(sample)]

    expect(spans.filter(([start, end]) => end > start)).not.toHaveLength(0)
    expect(rule.keywords.some((keyword) => sample.toLowerCase().includes(keyword))).toBe(true)
  })

  test.each(rule.finds)('leaves nothing of the secret in %j', (sample) => {
    const secrets = [...rule.find(sample)].map(([start, end]) => sample.slice(start, end))

    const { value, findings } = sanitize(sample, { pii: true })

    expect(findings).not.toHaveLength(0)
    for (const secret of secrets) expect(value).not.toContain(secret)
  })

  test.each(rule.ignores)('is not found in %j', (sample) => {
    expect(ids(sanitize(sample, { pii: true }).findings)).not.toContain(rule.id)
    expect([...rule.find(sample)].filter(([start, end]) => !sample.slice(start, end).startsWith('<secret:'))).toEqual(
      [],
    )
  })
})

describe.each(allInjectionRules)('$id', (rule) => {
  // JSON stays JSON, so a turn that is spelled as an object is only flagged.
  const takenOut = (sample: string): boolean => rule.byForm === true && parseJsonText(sample) === undefined

  test.each(rule.finds.filter((sample) => !takenOut(sample)))('is flagged, and left, in %j', (sample) => {
    const { value, injection } = sanitize(sample)

    expect(ids(injection)).toContain(rule.id)
    expect(value).toBe(sample)
  })

  test.each(rule.finds.filter(takenOut))('is flagged, and taken out, of %j', (sample) => {
    const { value, injection } = sanitize(sample)

    expect(ids(injection)).toContain(rule.id)
    expect(value).toContain(`<injection:${rule.id}>`)
    expect(ids(sanitize(value).injection)).not.toContain(rule.id)
  })

  test.each(rule.ignores)('is not flagged in %j', (sample) => {
    expect(ids(sanitize(sample).injection)).toEqual([])
  })
})
