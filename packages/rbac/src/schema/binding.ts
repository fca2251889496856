/**
 * What a RoleBinding or ClusterRoleBinding may look like, in Kubernetes' dialect and in ours, where a RoleBinding may have
 * a `namespaceSelector` in place of a namespace.
 *
 * Source: Kubernetes `pkg/apis/rbac/validation/validation.go` (ValidateRoleBinding).
 */
import { z } from 'zod'

import type { Binding, BindingSubject } from '../policy.ts'
import { clusterMeta, fault, MCP_LAB, name, namespacedMeta, strict } from './parts.ts'
import { namespaceSelector } from './selector.ts'

/** The schema of one kind of binding; a RoleBinding with a selector has a shape of its own. */
export function bindingSchema(kind: Binding['kind'], apiVersion: string, selects: boolean): z.ZodType<Binding> {
  const head = { apiVersion: z.literal(apiVersion), kind: z.literal(kind), subjects }
  if (kind === 'RoleBinding' && apiVersion === MCP_LAB && selects) {
    return strict({ ...head, metadata: clusterMeta, roleRef: clusterRoleRef, namespaceSelector })
      .superRefine(checkAccounts)
      .transform(({ metadata, roleRef, subjects, namespaceSelector }) => ({
        ...binding(kind, metadata.name, roleRef, subjects),
        namespaceSelector,
      }))
  }
  if (kind === 'RoleBinding') {
    return strict({ ...head, metadata: namespacedMeta, roleRef: anyRoleRef }).transform(
      ({ metadata, roleRef, subjects }) => ({
        ...binding(kind, metadata.name, roleRef, subjects),
        namespace: metadata.namespace,
      }),
    )
  }
  return strict({ ...head, metadata: clusterMeta, roleRef: clusterRoleRef })
    .superRefine(checkAccounts)
    .transform(({ metadata, roleRef, subjects }) => binding(kind, metadata.name, roleRef, subjects))
}

const RBAC_GROUP = 'rbac.authorization.k8s.io'
const rbacGroup = z.literal(RBAC_GROUP, RBAC_GROUP).optional()
const coreGroup = z.literal('', '"", since service accounts are core objects').optional()

const clusterRoleRef = strict({ kind: z.literal('ClusterRole', 'ClusterRole'), name, apiGroup: rbacGroup })
const anyRoleRef = strict({ kind: z.enum(['Role', 'ClusterRole'], 'Role or ClusterRole'), name, apiGroup: rbacGroup })

const subject = z.discriminatedUnion(
  'kind',
  [
    strict({ kind: z.enum(['User', 'Group']), name, apiGroup: rbacGroup }),
    strict({ kind: z.literal('ServiceAccount'), name, namespace: name.optional(), apiGroup: coreGroup }),
  ],
  { error: 'User, Group or ServiceAccount' },
)
const subjects = z.array(subject, 'a list of subjects').nullish()

type SubjectManifest = z.infer<typeof subject>
type Subjects = SubjectManifest[] | null | undefined

function checkAccounts({ subjects }: { subjects?: Subjects }, context: z.core.$RefinementCtx): void {
  subjects?.forEach((bound, index) => {
    if (bound.kind !== 'ServiceAccount' || bound.namespace) return
    fault(
      context,
      ['subjects', index, 'namespace'],
      "the service account's namespace, since this binding has none of its own",
    )
  })
}

function binding(kind: Binding['kind'], name: string, roleRef: Binding['roleRef'], subjects?: Subjects): Binding {
  return {
    kind,
    name,
    roleRef: { kind: roleRef.kind, name: roleRef.name },
    subjects: (subjects ?? []).map(bindingSubject),
  }
}

function bindingSubject(bound: SubjectManifest): BindingSubject {
  const { kind, name } = bound
  return bound.kind === 'ServiceAccount' && bound.namespace
    ? { kind, name, namespace: bound.namespace }
    : { kind, name }
}
