/**
 * kubernetes_set: image, environment and resources of one container, as `kubectl set` changes them.
 *
 * Source: Kubernetes strategic merge patch; containers and env are merged by name.
 */
import { z } from 'zod'
import { needsOf } from '../changes/write.ts'
import { ToolError } from '../errors.ts'
import { pathOf, spelled, type KubeObject } from '../kube/object.ts'
import { objectName } from './arguments.ts'
import type { Services } from './services.ts'
import { oneWorkload, targetOf } from './target.ts'
import { defineChange, type Tool } from './tool.ts'

const quantities = z.record(z.string().max(63), z.string().max(63))

const inputSchema = z.strictObject({
  ...oneWorkload,
  container: objectName.optional().describe('Needed when there are several'),
  image: z.string().min(1).max(500).optional(),
  env: z.record(z.string().max(253), z.string().max(4000).nullable()).optional().describe('null removes a variable'),
  requests: quantities.optional().describe('{"memory":"256Mi"}'),
  limits: quantities.optional(),
})

type Arguments = z.output<typeof inputSchema>

export function kubernetesSet({ discovery }: Services): Tool {
  return defineChange({
    name: 'kubernetes_set',
    title: 'Set image, env or resources',
    description: "Change a container's image, environment variables, requests or limits in a workload's pod template.",
    level: 'change',
    inputSchema,
    rbac: [{ verbs: ['get', 'patch'], apiGroups: ['apps', 'batch'], resources: ['*'] }],
    attributes: async (args, { kube }) => needsOf(await targetOf(args, { discovery, kube }), 'patch'),
    plan: async (args, { kube }) => {
      const target = await targetOf(args, { discovery, kube })
      const object = await kube.get<KubeObject>(pathOf(target))
      const container = { name: containerOf(args, object), ...fieldsOf(args) }
      const body = into(templatePath(object), { spec: { containers: [container] } })
      return {
        summary: `set ${changed(args)} of container ${container.name} in ${spelled(target)}`,
        writes: [{ target, verb: 'patch', patch: { type: 'strategic', body } }],
      }
    },
  })
}

function changed({ image, env, requests, limits }: Arguments): string {
  const fields = Object.entries({ image, env, requests, limits }).filter(([, value]) => value !== undefined)
  if (fields.length > 0) return fields.map(([field]) => field).join(', ')
  throw new ToolError('arguments: expected one of image, env, requests, limits; found none, so nothing would change')
}

function fieldsOf({ image, env, requests, limits }: Arguments): Record<string, unknown> {
  const resources = { ...(requests && { requests }), ...(limits && { limits }) }
  return {
    ...(image !== undefined && { image }),
    ...(env && { env: Object.entries(env).map(([name, value]) => variable(name, value)) }),
    ...(Object.keys(resources).length > 0 && { resources }),
  }
}

/** A plain value takes the place of a reference that stood there. */
function variable(name: string, value: string | null): Record<string, unknown> {
  return value === null ? { name, $patch: 'delete' } : { name, value, valueFrom: null }
}

type Template = { readonly spec?: { readonly containers?: readonly { readonly name: string }[] } }

function containerOf({ container }: Arguments, object: KubeObject): string {
  const template = templatePath(object).reduce<unknown>((at, step) => (at as Record<string, unknown>)?.[step], object)
  const names = ((template as Template | undefined)?.spec?.containers ?? []).map(({ name }) => name)
  if (container === undefined && names.length === 1) return names[0]!
  if (container !== undefined && names.includes(container)) return container
  throw new ToolError(
    `arguments.container: expected one of ${names.join(', ') || 'none'}, found ${container ?? 'nothing'}`,
  )
}

/** Where the pod template is; a pod is its own. */
function templatePath({ kind }: KubeObject): readonly string[] {
  if (kind === 'Pod') return []
  return kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template'] : ['spec', 'template']
}

function into(path: readonly string[], value: unknown): unknown {
  return path.reduceRight((inner, step) => ({ [step]: inner }), value)
}
