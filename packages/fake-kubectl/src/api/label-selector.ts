/**
 * LabelSelectors as objects have them: `matchLabels` and `matchExpressions`, or the plain map of older kinds. As a test
 * and as the text that a query carries.
 * Source: apimachinery/pkg/apis/meta/v1/helpers.go, LabelSelectorAsSelector.
 */
import { isFields, own, type Fields } from './meta.ts'

/** Does it select an object with these labels? One that asks for nothing selects everything, an absent one nothing. */
export function selectsLabels(selector: unknown, labels: Readonly<Record<string, string>> = {}): boolean {
  if (!isFields(selector)) return false
  return requirements(selector).every(({ key, operator, values }) => {
    const value = own(labels, key) as string | undefined
    if (operator === 'Exists') return value !== undefined
    if (operator === 'DoesNotExist') return value === undefined
    const isIn = value !== undefined && values.includes(value)
    return operator === 'NotIn' ? !isIn : isIn
  })
}

/** As in `?labelSelector=`: `app=web,tier in (a,b),!old`; keys in order. */
export function formatLabelSelector(selector: unknown): string {
  if (!isFields(selector)) return ''
  const sorted = requirements(selector).sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  return sorted.map((it) => format(it)).join(',')
}

type Requirement = { key: string; operator: string; values: readonly string[] }

function requirements(selector: Fields): Requirement[] {
  const { matchLabels, matchExpressions } = selector
  const isMap = matchLabels === undefined && matchExpressions === undefined
  const labels = (isMap ? selector : (matchLabels ?? {})) as Record<string, string>
  const expressions = (matchExpressions ?? []) as { key: string; operator: string; values?: string[] }[]
  return [
    ...Object.entries(labels).map(([key, value]) => ({ key, operator: 'Equals', values: [value] })),
    ...expressions.map(({ key, operator, values = [] }) => ({ key, operator, values })),
  ]
}

function format({ key, operator, values }: Requirement): string {
  const list = `(${[...values].sort().join(',')})`
  switch (operator) {
    case 'Equals':
      return `${key}=${values[0]}`
    case 'In':
      return `${key} in ${list}`
    case 'NotIn':
      return `${key} notin ${list}`
    case 'Exists':
      return key
    default:
      return `!${key}`
  }
}
