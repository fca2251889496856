/**
 * The object that a call names, found through discovery: the word for its kind, its namespace and its name.
 */
import { z } from 'zod'
import { ToolError } from '../errors.ts'
import type { KubeClient } from '../kube/client.ts'
import type { Discovery } from '../kube/discovery.ts'
import type { KubeObject, Target } from '../kube/object.ts'
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

export type Lookup = { readonly discovery: Discovery; readonly kube: KubeClient }

type Named = { readonly kind: string; readonly name: string; readonly namespace?: string | undefined }

/** @throws ToolError when the kind is unknown, or lives in a namespace and none is given */
export async function targetOf({ kind, name, namespace }: Named, { discovery, kube }: Lookup): Promise<Target> {
  const resource = await discovery.find(kind, kube)
  if (!resource.namespaced) return { resource, name }
  if (namespace === undefined)
    throw new ToolError(
      `arguments.namespace: expected a namespace, as a ${resource.kind} lives in one; list without name to find it`,
    )
  return { resource, namespace, name }
}

/** An object of a manifest, and where it is in the cluster. */
export type Placed = { readonly target: Target; readonly object: KubeObject }

/** @param namespace for an object that names none */
export async function placed(object: KubeObject, namespace: string | undefined, lookup: Lookup): Promise<Placed> {
  const { apiVersion = 'v1', kind, metadata } = object
  const [version, group = ''] = apiVersion.split('/').toReversed()
  const found = await targetOf(
    { kind: `${kind}.${group}`, name: metadata.name, namespace: metadata.namespace ?? namespace },
    lookup,
  )
  // The manifest's own version, which need not be the one the server prefers.
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  const place = found.namespace === undefined ? {} : { namespace: found.namespace }
  return {
    target: { ...found, resource: { ...found.resource, root } },
    object: { ...object, metadata: { ...metadata, ...place } },
  }
}
