/** Roles and bindings. Source: kubernetes/pkg/apis/rbac/validation/validation.go. */
import { nameErrors } from '../../api/names.ts'
import type { Field } from './field.ts'
import type { Rules } from './rules.ts'
import { validateSelector } from './selectors.ts'

const GROUP = 'rbac.authorization.k8s.io'

export const roles: Rules = {
  validate(role) {
    for (const rule of role.at('rules').items()) validateRule(rule, true)
  },
}

export const clusterRoles: Rules = {
  validate(role) {
    for (const rule of role.at('rules').items()) validateRule(rule, false)
    const [aggregation, selectors] = [role.at('aggregationRule'), role.at('aggregationRule', 'clusterRoleSelectors')]
    if (aggregation.isSet) selectors.require('at least one clusterRoleSelector required if aggregationRule is non-nil')
    for (const selector of selectors.items()) validateSelector(selector)
  },
}

export const roleBindings: Rules = { validate: (binding) => validateBinding(binding, true) }
export const clusterRoleBindings: Rules = { validate: (binding) => validateBinding(binding, false) }

function validateRule(rule: Field, isNamespaced: boolean): void {
  rule.at('verbs').require('verbs must contain at least one value')
  const urls = rule.at('nonResourceURLs')
  if (urls.isEmpty) {
    rule.at('apiGroups').require('resource rules must supply at least one api group')
    rule.at('resources').require('resource rules must supply at least one resource')
    return
  }
  if (isNamespaced) urls.invalid('namespaced rules cannot apply to non-resource URLs')
  if (['apiGroups', 'resources', 'resourceNames'].some((field) => !rule.at(field).isEmpty))
    urls.invalid('rules cannot apply to both regular resources and non-resource URLs')
}

function validateBinding(binding: Field, isNamespaced: boolean): void {
  const ref = binding.at('roleRef')
  mustBe(ref.at('apiGroup'), [GROUP])
  mustBe(ref.at('kind'), isNamespaced ? ['ClusterRole', 'Role'] : ['ClusterRole'])
  const name = ref.at('name')
  if (name.require()) for (const why of nameErrors(name.value, 'path-segment')) name.invalid(why)
  for (const subject of binding.at('subjects').items()) validateSubject(subject, isNamespaced)
}

function validateSubject(subject: Field, isNamespaced: boolean): void {
  const [kind, name] = [subject.at('kind'), subject.at('name')]
  name.require()
  switch (kind.value) {
    case 'ServiceAccount':
      if (!name.isEmpty) for (const why of nameErrors(name.value, 'subdomain')) name.invalid(why)
      if (!subject.at('apiGroup').isEmpty) subject.at('apiGroup').notSupported([''])
      if (!isNamespaced) subject.at('namespace').require()
      return
    case 'User':
    case 'Group':
      return mustBe(subject.at('apiGroup'), [GROUP])
    default:
      kind.notSupported(['Group', 'ServiceAccount', 'User'], kind.value ?? '')
  }
}

/** Also when it is not set. */
function mustBe(field: Field, values: readonly string[]): void {
  if (!values.includes(field.value)) field.notSupported(values, field.value ?? '')
}
