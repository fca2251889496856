import { expect, test } from 'vitest'

import { chain } from './chain.ts'
import type { Attributes, Authorizer, Decision } from './types.ts'

const attributes: Attributes = { subject: { user: 'alice', groups: [] }, verb: 'get', path: '/version' }
const says =
  (verdict: Decision['verdict'], reason: string): Authorizer =>
  () => ({ verdict, reason })
const broken: Authorizer = () => {
  throw new Error('store is gone')
}

test.each([
  ['the first opinion wins', [says('no-opinion', 'a'), says('allow', 'b'), says('deny', 'c')], 'allow', 'b'],
  ['a deny before an allow stands', [says('deny', 'a'), says('allow', 'b')], 'deny', 'a'],
  ['no opinion at all means deny', [says('no-opinion', 'a'), says('no-opinion', 'b')], 'deny', 'a\nb'],
  ['no authorizer at all means deny', [], 'deny', 'no authorizer has an opinion'],
  ['an authorizer that fails means deny', [broken, says('allow', 'b')], 'deny', /nothing is allowed: store is gone$/],
  ['an answer that is no verdict means deny', [says('yes' as 'allow', 'a'), says('allow', 'b')], 'deny', /no verdict/],
  ['no answer means deny', [(() => undefined) as unknown as Authorizer], 'deny', /no verdict/],
])('%s', (_fact, authorizers, verdict, reason) => {
  const decision = chain(...authorizers)(attributes)

  expect(decision.verdict).toBe(verdict)
  expect(decision.reason).toEqual(typeof reason === 'string' ? reason : expect.stringMatching(reason))
})

test('an allow before a broken authorizer stands', () => {
  expect(chain(says('allow', 'a'), broken)(attributes).verdict).toBe('allow')
})
