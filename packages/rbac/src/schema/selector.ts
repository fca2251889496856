/** What a `namespaceSelector` may look like: a Kubernetes label selector, and `matchNames`, which is ours. */
import { z } from 'zod'

import type { LabelRequirement, NamespaceSelector } from '../policy.ts'
import { fault, name, strict, text } from './parts.ts'

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const

const requirement = strict({
  key: name,
  operator: z.enum(OPERATORS, OPERATORS.join(', ')),
  values: z.array(text, 'a list of texts').optional(),
}).superRefine(({ operator, values = [] }, context) => {
  const needsValues = operator === 'In' || operator === 'NotIn'
  if (needsValues === values.length > 0) return
  fault(context, ['values'], `${needsValues ? 'at least one value' : 'no values'} with ${operator}`)
})

const namespaceGlob = text.regex(/^[a-z0-9*-]+$/, 'a namespace name of a-z, 0-9 and -, with * for any run of them')

const EMPTY_SELECTOR =
  'at least one condition, since an empty selector would select all (to mean that, write matchNames: ["*"])'

/** Parses Kubernetes' own label selector; an empty one, which selects all, is a fault here too. */
export const labelSelector: z.ZodType<Omit<NamespaceSelector, 'matchNames'>> = strict({
  matchLabels: z.record(text, text, 'labels').optional(),
  matchExpressions: z.array(requirement, 'a list of requirements').optional(),
})
  .refine(
    ({ matchLabels = {}, matchExpressions = [] }) => Object.keys(matchLabels).length + matchExpressions.length > 0,
    'at least one condition, since an empty selector would select every role',
  )
  .transform((selector) => present(selector) as Omit<NamespaceSelector, 'matchNames'>)

/** Parses a selector; an empty one is a fault. */
export const namespaceSelector: z.ZodType<NamespaceSelector> = strict({
  matchLabels: z.record(text, text, 'labels').optional(),
  matchExpressions: z.array(requirement, 'a list of requirements').optional(),
  matchNames: z.array(namespaceGlob, 'a list of namespace names').min(1, 'at least one entry').optional(),
})
  .refine(
    ({ matchLabels = {}, matchExpressions = [], matchNames = [] }) =>
      Object.keys(matchLabels).length + matchExpressions.length + matchNames.length > 0,
    EMPTY_SELECTOR,
  )
  .transform((selector) => present(selector) as NamespaceSelector & { matchExpressions?: LabelRequirement[] })

function present(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined))
}
