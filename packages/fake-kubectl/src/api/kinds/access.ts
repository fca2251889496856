/**
 * Who may what: RBAC, the reviews of authentication.k8s.io and authorization.k8s.io, certificates.
 * Source: api/discovery/apis__{rbac.authorization,authentication,authorization,certificates}.k8s.io.
 */
import { rowsOf, STATUS, type ResourceType } from './row.ts'

const review = { namespaced: false, verbs: ['create'] }
const authentication = rowsOf('authentication.k8s.io', 'v1', review)
const authorization = rowsOf('authorization.k8s.io', 'v1', review)

export const AUTHENTICATION: readonly ResourceType[] = [
  authentication('selfsubjectreviews', 'SelfSubjectReview'),
  authentication('tokenreviews', 'TokenReview'),
]

export const AUTHORIZATION: readonly ResourceType[] = [
  authorization('localsubjectaccessreviews', 'LocalSubjectAccessReview', { namespaced: true }),
  authorization('selfsubjectaccessreviews', 'SelfSubjectAccessReview'),
  authorization('selfsubjectrulesreviews', 'SelfSubjectRulesReview'),
  authorization('subjectaccessreviews', 'SubjectAccessReview'),
]

const rbac = rowsOf('rbac.authorization.k8s.io', 'v1', { nameRule: 'path-segment' })
const bound = { immutableFields: [['roleRef', 'cannot change roleRef']] as const }

export const RBAC: readonly ResourceType[] = [
  rbac('clusterrolebindings', 'ClusterRoleBinding', { ...bound, namespaced: false }),
  rbac('clusterroles', 'ClusterRole', { namespaced: false }),
  rbac('rolebindings', 'RoleBinding', bound),
  rbac('roles', 'Role'),
]

export const CERTIFICATES: readonly ResourceType[] = [
  rowsOf('certificates.k8s.io', 'v1')('certificatesigningrequests', 'CertificateSigningRequest', {
    namespaced: false,
    shortNames: ['csr'],
    nameRule: 'path-segment',
    subresources: [{ name: 'approval', verbs: ['get', 'patch', 'update'] }, STATUS],
    fieldLabels: ['spec.signerName'],
  }),
]
