/**
 * The object that a call names, found through discovery: the word for its kind, its namespace and its name.
 */
import { z } from 'zod'
import { ToolError } from '../errors.ts'
import type { KubeClient } from '../kube/client.ts'
import type { Discovery } from '../kube/discovery.ts'
import type { Target } from '../kube/object.ts'
import { namespaceName, objectName } from './arguments.ts'

export const kindWord: z.ZodString = z.string().max(100)

/** One object of a kind that may be cluster-scoped. */
export const oneObject = {
  kind: kindWord.describe('Kind, plural or short name'),
  name: objectName,
  namespace: namespaceName.optional(),
}

/** One object of a kind that runs pods. */
export const oneWorkload = {
  kind: kindWord.default('deployment').describe('deployment, statefulset, daemonset …'),
  name: objectName,
  namespace: namespaceName,
}

type Named = { readonly kind: string; readonly name: string; readonly namespace?: string | undefined }

/** @throws ToolError when the kind is unknown, or lives in a namespace and none is given */
export async function targetOf(
  { kind, name, namespace }: Named,
  { discovery, kube }: { readonly discovery: Discovery; readonly kube: KubeClient },
): Promise<Target> {
  const resource = await discovery.find(kind, kube)
  if (!resource.namespaced) return { resource, name }
  if (namespace === undefined)
    throw new ToolError(
      `arguments.namespace: expected a namespace, as a ${resource.kind} lives in one; list without name to find it`,
    )
  return { resource, namespace, name }
}
