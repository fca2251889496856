/**
 * The RBAC objects in the store as one policy, and what is asked of it. Read again only when one of them has changed.
 * Validation has seen the objects; what it let through that grants nothing is left out here.
 * Source: plugin/pkg/auth/authorizer/rbac/rbac.go; pkg/registry/rbac/validation/rule.go.
 */
import {
  rbacAuthorizer,
  rulesFor,
  type Authorizer,
  type Binding,
  type BindingSubject,
  type HeldRules,
  type Policy,
  type PolicyRule,
  type Role,
  type Subject,
} from '@mcp-lab/rbac'
import { builtIn } from '../../api/kinds/built-in.ts'
import { isFields, type Fields, type KubeObject } from '../../api/meta.ts'
import type { Store } from '../../store/store.ts'

export type StoredPolicy = {
  readonly authorizer: Authorizer
  /** All rules a subject holds in a namespace; `''` is the cluster scope. */
  readonly held: (subject: Subject, namespace: string) => HeldRules
}

const TYPES = ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'].map((plural) =>
  builtIn(`${plural}.rbac.authorization.k8s.io`),
)

const read = new WeakMap<Store, StoredPolicy & { readonly key: string }>()

export function storedPolicy(store: Store): StoredPolicy {
  const key = TYPES.map((type) => store.changedAt(type)).join('/')
  const known = read.get(store)
  if (known?.key === key) return known
  const policy = policyOf(store)
  const fresh = { key, authorizer: rbacAuthorizer(policy), held: rulesFor(policy) }
  read.set(store, fresh)
  return fresh
}

/** The rules of one stored role. */
export function rulesOf(role: KubeObject): PolicyRule[] {
  return list(role['rules']).map((rule) => ({
    verbs: texts(rule['verbs']),
    ...given(rule, ['apiGroups', 'resources', 'resourceNames', 'nonResourceURLs']),
  }))
}

function policyOf(store: Store): Policy {
  const [roles = [], clusterRoles = [], bindings = [], clusterBindings = []] = TYPES.map((type) => store.list(type))
  return {
    roles: [...roles.map((it) => role('Role', it)), ...clusterRoles.map((it) => role('ClusterRole', it))],
    bindings: [
      ...bindings.map((it) => binding('RoleBinding', it)),
      ...clusterBindings.map((it) => binding('ClusterRoleBinding', it)),
    ],
  }
}

function role(kind: Role['kind'], object: KubeObject): Role {
  return { kind, ...placeOf(object), rules: rulesOf(object) }
}

function binding(kind: Binding['kind'], object: KubeObject): Binding {
  const ref = isFields(object['roleRef']) ? object['roleRef'] : {}
  return {
    kind,
    ...placeOf(object),
    roleRef: { kind: ref['kind'] === 'Role' ? 'Role' : 'ClusterRole', name: String(ref['name']) },
    subjects: list(object['subjects']).map(subject),
  }
}

function placeOf({ metadata: { name, namespace } }: KubeObject): { name: string; namespace?: string } {
  return { name, ...(namespace && { namespace }) }
}

function subject({ kind, name, namespace }: Fields): BindingSubject {
  const named = { kind: kind as BindingSubject['kind'], name: String(name) }
  return typeof namespace === 'string' && namespace !== '' ? { ...named, namespace } : named
}

function given(rule: Fields, fields: readonly string[]): Record<string, string[]> {
  const present = fields.filter((field) => Array.isArray(rule[field]))
  return Object.fromEntries(present.map((field) => [field, texts(rule[field])]))
}

function list(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter((it) => isFields(it)) : []
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((it) => typeof it === 'string') : []
}
