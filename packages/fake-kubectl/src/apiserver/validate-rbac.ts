/**
 * What roles and bindings must look like, in the real server's words.
 * Source: kubernetes/pkg/apis/rbac/validation/validation.go.
 */
import { isFields, type Fields, type KubeObject } from '../api/meta.ts'
import { nameErrors } from '../api/names.ts'
import type { ResourceType } from '../api/kinds/row.ts'
import { invalidValue, requiredValue, type FieldError } from '../api/status.ts'

const GROUP = 'rbac.authorization.k8s.io'

export function rbacFaults(type: ResourceType, object: KubeObject): FieldError[] {
  if (type.group !== GROUP) return []
  if (type.plural.endsWith('bindings')) return [...roleRefFaults(object), ...subjectFaults(type, object)]
  return [...ruleFaults(type, object), ...aggregationFaults(object)]
}

function ruleFaults({ namespaced }: ResourceType, object: KubeObject): FieldError[] {
  return items(object['rules']).flatMap((rule, i) => faultsOfRule(rule, namespaced, `rules[${i}]`))
}

function faultsOfRule(rule: Fields, namespaced: boolean, path: string): FieldError[] {
  const has = (field: string) => Array.isArray(rule[field]) && rule[field].length > 0
  const errors = has('verbs') ? [] : [requiredValue(`${path}.verbs`, 'verbs must contain at least one value')]
  if (has('nonResourceURLs')) return [...errors, ...faultsOfUrls(rule, namespaced, has, `${path}.nonResourceURLs`)]
  if (!has('apiGroups')) {
    errors.push(requiredValue(`${path}.apiGroups`, 'resource rules must supply at least one api group'))
  }
  if (!has('resources')) {
    errors.push(requiredValue(`${path}.resources`, 'resource rules must supply at least one resource'))
  }
  return errors
}

function faultsOfUrls(rule: Fields, namespaced: boolean, has: (field: string) => boolean, path: string): FieldError[] {
  const value = rule['nonResourceURLs']
  const both = ['apiGroups', 'resources', 'resourceNames'].some(has)
  return [
    ...(namespaced ? [invalidValue(path, value, 'namespaced rules cannot apply to non-resource URLs')] : []),
    ...(both ? [invalidValue(path, value, 'rules cannot apply to both regular resources and non-resource URLs')] : []),
  ]
}

function aggregationFaults({ aggregationRule }: KubeObject): FieldError[] {
  if (!isFields(aggregationRule) || items(aggregationRule['clusterRoleSelectors']).length > 0) return []
  const why = 'at least one clusterRoleSelector required if aggregationRule is non-nil'
  return [requiredValue('aggregationRule.clusterRoleSelectors', why)]
}

function roleRefFaults({ roleRef }: KubeObject): FieldError[] {
  const ref = isFields(roleRef) ? roleRef : {}
  const name = String(ref['name'] ?? '')
  return [
    ...(ref['apiGroup'] === GROUP ? [] : [unsupported('roleRef.apiGroup', ref['apiGroup'], [GROUP])]),
    ...(['Role', 'ClusterRole'].includes(String(ref['kind']))
      ? []
      : [unsupported('roleRef.kind', ref['kind'], ['ClusterRole', 'Role'])]),
    ...(name === '' ? [requiredValue('roleRef.name', '')] : []),
    ...nameErrors(name, 'path-segment').map((why) => invalidValue('roleRef.name', name, why)),
  ]
}

function subjectFaults({ namespaced }: ResourceType, object: KubeObject): FieldError[] {
  return items(object['subjects']).flatMap((subject, i) => faultsOfSubject(subject, namespaced, `subjects[${i}]`))
}

function faultsOfSubject(subject: Fields, namespaced: boolean, path: string): FieldError[] {
  const { kind, name = '', apiGroup = '', namespace = '' } = subject as Record<string, string | undefined>
  const errors = name === '' ? [requiredValue(`${path}.name`, '')] : []
  switch (kind) {
    case 'ServiceAccount':
      if (name !== '')
        errors.push(...nameErrors(name, 'subdomain').map((why) => invalidValue(`${path}.name`, name, why)))
      if (apiGroup !== '') errors.push(unsupported(`${path}.apiGroup`, apiGroup, ['']))
      if (!namespaced && namespace === '') errors.push(requiredValue(`${path}.namespace`, ''))
      return errors
    case 'User':
    case 'Group':
      if (apiGroup !== GROUP) errors.push(unsupported(`${path}.apiGroup`, apiGroup, [GROUP]))
      return errors
    default:
      return [...errors, unsupported(`${path}.kind`, kind, ['Group', 'ServiceAccount', 'User'])]
  }
}

function unsupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const values = supported.map((it) => JSON.stringify(it)).join(', ')
  const message = `Unsupported value: ${JSON.stringify(value ?? '')}: supported values: ${values}`
  return { field, reason: 'FieldValueNotSupported', message }
}

function items(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter((it) => isFields(it)) : []
}
