/**
 * kubernetes_apply: server-side apply of manifests, in YAML or JSON.
 *
 * Fields that another manager owns are a conflict, told in the server's own words; `force` takes them over.
 * Source: Kubernetes, server-side apply.
 */
import { z } from 'zod'
import { parseAllDocuments } from 'yaml'
import { needsOf, type Write } from '../changes/write.ts'
import { ToolError } from '../errors.ts'
import type { KubeClient } from '../kube/client.ts'
import { spelled, type KubeObject } from '../kube/object.ts'
import { namespaceName } from './arguments.ts'
import type { Services } from './services.ts'
import { placed, type Placed } from './target.ts'
import { defineChange, type Tool } from './tool.ts'

const MAX_LENGTH = 200_000
const MAX_OBJECTS = 50

const inputSchema = z.strictObject({
  manifest: z.string().min(1).max(MAX_LENGTH).describe('YAML or JSON; several documents are applied in order'),
  namespace: namespaceName.optional().describe('For objects that name none'),
  force: z.boolean().default(false).describe('Take over fields that others manage'),
})

type Arguments = z.output<typeof inputSchema>

export function kubernetesApply({ discovery }: Services): Tool {
  const targetsOf = (args: Arguments, kube: KubeClient): Promise<Placed[]> =>
    Promise.all(objectsIn(args.manifest).map((object) => placed(object, args.namespace, { discovery, kube })))

  return defineChange({
    name: 'kubernetes_apply',
    title: 'Apply manifests',
    description:
      'Create or update objects from manifests by server-side apply. Name only the fields you mean to own; use dryRun to see the difference first.',
    level: 'change',
    annotations: { idempotentHint: true },
    inputSchema,
    rbac: [{ verbs: ['get', 'create', 'patch'], apiGroups: ['*'], resources: ['*'] }],
    attributes: async (args, { kube }) =>
      (await targetsOf(args, kube)).flatMap(({ target }) => {
        const [get, patch] = needsOf(target, 'patch')
        // Applying what is not there makes it.
        return [get!, { ...patch!, verb: 'create' }, patch!]
      }),
    plan: async (args, { kube }) => {
      const applied = await targetsOf(args, kube)
      const names = applied.map(({ target }) => spelled(target)).join(', ')
      return { summary: `apply ${names}`, writes: applied.map((it) => writeOf(it, args)) }
    },
  })
}

function writeOf({ target, object }: Placed, { force }: Arguments): Write {
  return { target, verb: 'patch', patch: { type: 'apply', body: object, force } }
}

const manifest = z.looseObject({
  apiVersion: z.string().regex(/^([a-z0-9.-]+\/)?v[a-z0-9]+$/, 'expected a version such as apps/v1'),
  kind: z.string().min(1),
  metadata: z.looseObject({ name: z.string().min(1), namespace: namespaceName.optional() }),
})

function objectsIn(text: string): KubeObject[] {
  const documents = parseAllDocuments(text)
  const values = ('empty' in documents ? [] : documents).map((document, n) => {
    const [fault] = document.errors
    if (fault) throw new ToolError(`manifest, document ${n + 1}: ${fault.message}`)
    return valueOf(document, n + 1)
  })
  const objects = values.filter((value) => value !== null).flatMap(itemsOf)
  if (objects.length === 0) throw new ToolError('manifest: expected at least one object, found none')
  if (objects.length > MAX_OBJECTS)
    throw new ToolError(
      `manifest: expected at most ${MAX_OBJECTS} objects, found ${objects.length}; apply them in parts`,
    )
  return objects.map((object, n) => {
    const parsed = manifest.safeParse(object)
    if (parsed.success) return parsed.data as KubeObject
    const { path, message } = parsed.error.issues[0]!
    throw new ToolError(`manifest, object ${n + 1}, ${path.map(String).join('.') || 'document'}: ${message}`)
  })
}

const MAX_ALIASES = 100 // more is a bomb, and no manifest

function valueOf(document: { toJS(options: { maxAliasCount: number }): unknown }, n: number): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES })
  } catch (fault) {
    throw new ToolError(`manifest, document ${n}: ${(fault as Error).message}`)
  }
}

/** A List is what it holds. */
function itemsOf(value: unknown): unknown[] {
  const { kind, items } = value as { kind?: unknown; items?: unknown }
  return kind === 'List' && Array.isArray(items) ? items : [value]
}
