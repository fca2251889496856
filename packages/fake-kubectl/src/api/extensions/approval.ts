/**
 * Kubernetes' own groups are not for everybody: a definition in them says who approved it.
 * Source: apiextensions-apiserver/pkg/apihelpers/helpers.go; pkg/controller/apiapproval/apiapproval_controller.go.
 */
import { invalidValue, requiredValue, type FieldError } from '../status.ts'
import type { Condition } from '../types.ts'
import type { Definition } from './definition.ts'

const PROTECTED = /(^|\.)(k8s|kubernetes)\.io$/
const ANNOTATION = 'api-approved.kubernetes.io'
const FIELD = `metadata.annotations[${ANNOTATION}]`
const SEE = 'see https://github.com/kubernetes/enhancements/pull/1111'

type Approval = { readonly state: 'Missing' | 'Unapproved' | 'Approved' | 'Invalid'; readonly why: string }

export function approvalFaults(definition: Definition): FieldError[] {
  const approval = approvalOf(definition)
  if (approval?.state === 'Missing') return [requiredValue(FIELD, approval.why)]
  return approval?.state === 'Invalid' ? [invalidValue(FIELD, annotationOf(definition), approval.why)] : []
}

/** Of a definition in any other group there is none. */
export function approvalCondition(definition: Definition): Condition | undefined {
  const approval = approvalOf(definition)
  if (!approval) return undefined
  const { state, why } = approval
  const status = state === 'Approved' ? 'True' : 'False'
  return { type: 'KubernetesAPIApprovalPolicyConformant', status, reason: `${state}Annotation`, message: why }
}

function approvalOf(definition: Definition): Approval | undefined {
  if (!PROTECTED.test(definition.spec.group)) return undefined
  const annotation = annotationOf(definition)
  const must = `protected groups must have approval annotation ${JSON.stringify(ANNOTATION)}`
  if (annotation === '') return { state: 'Missing', why: `${must}, ${SEE}` }
  if (annotation.startsWith('unapproved'))
    return { state: 'Unapproved', why: `not approved: ${JSON.stringify(annotation)}` }
  if (URL.canParse(annotation)) return { state: 'Approved', why: `approved in ${annotation}` }
  return { state: 'Invalid', why: `${must} with either a URL or a reason starting with "unapproved", ${SEE}` }
}

function annotationOf({ metadata }: Definition): string {
  return metadata.annotations?.[ANNOTATION] ?? ''
}
