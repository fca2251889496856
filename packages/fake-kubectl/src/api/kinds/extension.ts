/**
 * What extends the API itself: apiregistration.k8s.io, apiextensions.k8s.io, admissionregistration.k8s.io.
 * Source: api/discovery/apis__{apiregistration,apiextensions,admissionregistration}.k8s.io.
 */
import { CLEANUP } from '../extensions/definition.ts'
import { rowsOf, STATUS, type ResourceType } from './row.ts'

const common = { namespaced: false, categories: ['api-extensions'] }
const admission = rowsOf('admissionregistration.k8s.io', 'v1', {
  ...common,
  generation: true,
  conditionalUpdates: true,
})

export const APIREGISTRATION: readonly ResourceType[] = [
  rowsOf('apiregistration.k8s.io', 'v1', common)('apiservices', 'APIService', {
    nameRule: 'path-segment',
    subresources: [STATUS],
    conditionalUpdates: true,
  }),
]

export const APIEXTENSIONS: readonly ResourceType[] = [
  rowsOf('apiextensions.k8s.io', 'v1', common)('customresourcedefinitions', 'CustomResourceDefinition', {
    shortNames: ['crd', 'crds'],
    subresources: [STATUS],
    generation: true,
    cleanup: CLEANUP,
    conditionalUpdates: true,
  }),
]

export const ADMISSIONREGISTRATION: readonly ResourceType[] = [
  admission('mutatingadmissionpolicies', 'MutatingAdmissionPolicy'),
  admission('mutatingadmissionpolicybindings', 'MutatingAdmissionPolicyBinding'),
  admission('mutatingwebhookconfigurations', 'MutatingWebhookConfiguration'),
  admission('validatingadmissionpolicies', 'ValidatingAdmissionPolicy', { subresources: [STATUS] }),
  admission('validatingadmissionpolicybindings', 'ValidatingAdmissionPolicyBinding'),
  admission('validatingwebhookconfigurations', 'ValidatingWebhookConfiguration'),
]
