import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { describeRule, uncovered } from './covers.ts'
import { ruleAllows } from './match.ts'
import type { PolicyRule } from './types.ts'

const rule = (verbs: string, resources: string, rest: Partial<PolicyRule> = {}): PolicyRule => ({
  verbs: verbs.split(','),
  apiGroups: [''],
  resources: resources.split(','),
  ...rest,
})

describe('what is not held', () => {
  test.each<[string, PolicyRule[], PolicyRule[], PolicyRule[]]>([
    ['nothing, of the same rule', [rule('get,list', 'pods')], [rule('list', 'pods')], []],
    ['nothing, of several rules together', [rule('get', 'pods'), rule('list', 'pods')], [rule('get,list', 'pods')], []],
    ['one verb', [rule('get', 'pods')], [rule('get,list', 'pods')], [rule('list', 'pods')]],
    ['verbs of one resource, in one rule', [], [rule('get,list', 'pods')], [rule('get,list', 'pods')]],
    ['a subresource, of its resource', [rule('*', 'pods')], [rule('get', 'pods/log')], [rule('get', 'pods/log')]],
    ['nothing, of */log', [rule('*', '*/log')], [rule('get', 'pods/log')], []],
    [
      'every name, of one name',
      [rule('get', 'pods', { resourceNames: ['a'] })],
      [rule('get', 'pods')],
      [rule('get', 'pods')],
    ],
    [
      'nothing, of one name by whoever holds all',
      [rule('get', 'pods')],
      [rule('get', 'pods', { resourceNames: ['a'] })],
      [],
    ],
    [
      'another group',
      [rule('*', '*')],
      [rule('get', 'jobs', { apiGroups: ['batch'] })],
      [rule('get', 'jobs', { apiGroups: ['batch'] })],
    ],
    [
      'a URL beyond the prefix',
      [{ verbs: ['get'], nonResourceURLs: ['/healthz*'] }],
      [{ verbs: ['get'], nonResourceURLs: ['/healthz/etcd', '/metrics'] }],
      [{ verbs: ['get'], nonResourceURLs: ['/metrics'] }],
    ],
  ])('%s', (_what, held, wanted, missing) => {
    expect(uncovered(held, wanted)).toEqual(missing)
  })

  test('whoever holds everything lacks nothing, and nobody lacks what they hold', () => {
    const everything = [
      { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
      { verbs: ['*'], nonResourceURLs: ['*'] },
    ]
    fc.assert(
      fc.property(fc.array(rules(), { maxLength: 4 }), (wanted) => {
        expect(uncovered(everything, wanted)).toEqual([])
        expect(uncovered(wanted, wanted)).toEqual([])
      }),
    )
  })

  test('holds wherever the questions that one rule allows are allowed by the other', () => {
    fc.assert(
      fc.property(
        rules(),
        rules(),
        fc.constantFrom(...VERBS),
        fc.constantFrom(...RESOURCES),
        (held, wanted, verb, it) => {
          const [resource = '', subresource = ''] = it.split('/')
          const question = { subject: { user: 'u', groups: [] }, verb, resource, subresource, apiGroup: '' }
          fc.pre(uncovered([held], [wanted]).length === 0 && ruleAllows(wanted, question))

          expect(ruleAllows(held, question)).toBe(true)
        },
      ),
    )
  })
})

test('a rule is printed as Kubernetes prints it', () => {
  const shown = describeRule(rule('get,list', 'pods,pods/log', { resourceNames: ['web'] }))

  expect(shown).toBe('{APIGroups:[""], Resources:["pods" "pods/log"], ResourceNames:["web"], Verbs:["get" "list"]}')
})

const VERBS = ['get', 'list', '*']
const RESOURCES = ['pods', 'pods/log', 'secrets']

function rules(): fc.Arbitrary<PolicyRule> {
  return fc.record({
    verbs: fc.subarray(VERBS, { minLength: 1 }),
    apiGroups: fc.subarray(['', 'apps', '*'], { minLength: 1 }),
    resources: fc.subarray([...RESOURCES, '*', '*/log'], { minLength: 1 }),
  })
}
