/**
 * From YAML, or from objects an API server stores, to a Policy. Whatever does not mean exactly what it says is a
 * PolicyError with its file and line, and then nothing of the file is in force.
 */
import { aggregated } from './aggregate.ts'
import { checkObject, type Checked } from './check-object.ts'
import { checkReferences } from './check-references.ts'
import type { Binding, Policy, Role } from './policy.ts'
import { PolicyError } from './policy-error.ts'
import { readDocuments } from './yaml-documents.ts'

/**
 * Parses a policy file: YAML documents of kind Role, ClusterRole, RoleBinding or ClusterRoleBinding.
 *
 * `rbac.authorization.k8s.io/v1` is Kubernetes' own; under `mcp-lab/v1` rules may name `tools`, and a RoleBinding may have
 * a `namespaceSelector` in place of `metadata.namespace`.
 *
 * A ClusterRole with an `aggregationRule` holds the rules of the ClusterRoles of this text that it selects.
 *
 * @param options `file` is named in errors
 * @throws        PolicyError for bad YAML, unknown or missing fields, two roles or bindings of one name, and a roleRef
 *                that no document of this text defines
 */
export function parsePolicy(yaml: string, options: { file?: string } = {}): Policy {
  const checked = readDocuments(yaml, options.file).map((source) => checkObject(source))
  checkReferences(checked)
  return policyOf(aggregated(checked))
}

/**
 * Reads a policy from RBAC objects as an API server stores them. Unlike a file, a store may hold a binding to a role
 * that does not exist; it grants nothing, and the refusal says so.
 *
 * @param options `onInvalid` is told of each object that can't be read, and that object grants nothing
 * @throws        PolicyError for the first such object when there is no `onInvalid`
 */
export function policyFromObjects(
  objects: readonly object[],
  options: { onInvalid?: (error: PolicyError) => void } = {},
): Policy {
  const values: (Role | Binding)[] = []
  for (const object of objects) {
    try {
      values.push(checkObject({ object }).value)
    } catch (error) {
      if (!(error instanceof PolicyError) || !options.onInvalid) throw error
      options.onInvalid(error)
    }
  }
  return policyOf(values)
}

function policyOf(values: readonly Checked['value'][]): Policy {
  return {
    roles: values.filter((value) => 'rules' in value),
    bindings: values.filter((value) => 'roleRef' in value),
  }
}
