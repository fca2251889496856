/**
 * kubernetes_api_resources and kubernetes_explain: which kinds there are, and what their fields mean.
 *
 * Source: Kubernetes discovery; OpenAPI v3 with x-kubernetes-group-version-kind; kubectl explain.
 */
import { z } from 'zod'
import { ToolError } from '../errors.ts'
import type { KubeClient } from '../kube/client.ts'
import { apiVersionOf, qualified, type Resource } from '../kube/discovery.ts'
import { columnsText } from '../kube/rows.ts'
import { kindWord } from './target.ts'
import type { Services } from './services.ts'
import { defineTool, type Tool } from './tool.ts'

const resourceRow = z.object({ name: z.string(), kind: z.string(), apiVersion: z.string(), namespaced: z.boolean() })

export function kubernetesApiResources({ discovery }: Services): Tool {
  return defineTool({
    name: 'kubernetes_api_resources',
    title: 'List kinds of objects',
    description: 'The kinds that this cluster serves, custom ones too.',
    level: 'read',
    inputSchema: z.strictObject({ grep: z.string().max(100).optional().describe('Only names that contain this') }),
    outputSchema: z.object({ resources: z.array(resourceRow) }),
    rbac: [],
    attributes: () => [],
    run: async ({ grep = '' }, { kube }) => {
      const all = (await discovery.all(kube)).filter((it) => qualified(it).includes(grep.toLowerCase()))
      const resources = all.map((it) => ({
        name: qualified(it),
        kind: it.kind,
        apiVersion: apiVersionOf(it),
        namespaced: it.namespaced,
      }))
      const rows = resources.map((it) => ({ ...it, namespaced: String(it.namespaced) }))
      return { structuredContent: { resources }, text: columnsText(rows) }
    },
  })
}

const field = z.object({ name: z.string(), type: z.string(), required: z.boolean(), description: z.string() })

export function kubernetesExplain({ discovery }: Services): Tool {
  return defineTool({
    name: 'kubernetes_explain',
    title: 'Explain the fields of a kind',
    description: "What a kind's fields are for, one level at a time: path spec.template.spec goes deeper.",
    level: 'read',
    inputSchema: z.strictObject({
      kind: kindWord,
      path: z
        .string()
        .max(300)
        .regex(/^[\w$.-]*$/)
        .default('')
        .describe('spec.strategy.rollingUpdate'),
    }),
    outputSchema: z.object({
      kind: z.string(),
      apiVersion: z.string(),
      path: z.string(),
      type: z.string(),
      description: z.string(),
      fields: z.array(field),
    }),
    rbac: [],
    attributes: () => [],
    run: async ({ kind, path }, { kube }) => {
      const resource = await discovery.find(kind, kube)
      const schemas = await schemasOf(kube, resource)
      const schema = follow(schemas, rootOf(schemas, resource), path)
      const fields = Object.entries(schema.properties ?? {}).map(([name, property]) => ({
        name,
        type: typeOf(property),
        required: schema.required?.includes(name) ?? false,
        description: brief(property.description ?? resolved(schemas, property).description ?? ''),
      }))
      const head = { kind: resource.kind, apiVersion: apiVersionOf(resource), path, type: typeOf(schema) }
      const content = { ...head, description: schema.description ?? '', fields }
      return { structuredContent: content, text: textOf(content) }
    },
  })
}

type Schema = {
  readonly type?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly additionalProperties?: Schema | boolean
  readonly allOf?: readonly Schema[]
  readonly $ref?: string
  readonly 'x-kubernetes-group-version-kind'?: readonly { group: string; version: string; kind: string }[]
}

type Schemas = Readonly<Record<string, Schema>>

async function schemasOf(kube: KubeClient, { root }: Resource): Promise<Schemas> {
  const document = await kube.get<{ components?: { schemas?: Schemas } }>(`/openapi/v3${root}`)
  return document.components?.schemas ?? {}
}

function rootOf(schemas: Schemas, { kind, root }: Resource): Schema {
  const [version, group = ''] = apiVersionOf({ root }).split('/').toReversed()
  const found = Object.values(schemas).find((schema) =>
    schema['x-kubernetes-group-version-kind']?.some(
      (gvk) => gvk.kind === kind && gvk.group === group && gvk.version === version,
    ),
  )
  if (found === undefined) throw new ToolError(`the server publishes no schema of ${kind}`)
  return found
}

function follow(schemas: Schemas, root: Schema, path: string): Schema {
  let schema = root
  for (const step of path.split('.').filter((it) => it !== '')) {
    const property = schema.properties?.[step]
    if (property === undefined) {
      const known = Object.keys(schema.properties ?? {}).join(', ') || 'none'
      throw new ToolError(`arguments.path: no field "${step}" in "${path}"; the fields there are ${known}`)
    }
    schema = { ...resolved(schemas, property), ...(property.description && { description: property.description }) }
  }
  return schema
}

/** What a reference, a list or a map is made of. */
function resolved(schemas: Schemas, schema: Schema): Schema {
  const ref = schema.$ref ?? schema.allOf?.[0]?.$ref
  if (ref !== undefined) return schemas[ref.replace('#/components/schemas/', '')] ?? {}
  if (schema.items) return resolved(schemas, schema.items)
  if (typeof schema.additionalProperties === 'object') return resolved(schemas, schema.additionalProperties)
  return schema
}

function typeOf(schema: Schema): string {
  const ref = schema.$ref ?? schema.allOf?.[0]?.$ref
  if (ref !== undefined) return ref.split('.').at(-1) ?? 'object'
  if (schema.type === 'array') return `[]${typeOf(schema.items ?? {})}`
  if (typeof schema.additionalProperties === 'object') return `map[string]${typeOf(schema.additionalProperties)}`
  return schema.type ?? 'object'
}

const MAX_BRIEF = 160

function brief(description: string): string {
  const [sentence = ''] = description.split(/(?<=\.)\s/)
  return sentence.length > MAX_BRIEF ? `${sentence.slice(0, MAX_BRIEF)}…` : sentence
}

type Explained = {
  readonly kind: string
  readonly apiVersion: string
  readonly path: string
  readonly description: string
  readonly fields: readonly z.output<typeof field>[]
}

function textOf({ kind, apiVersion, path, description, fields }: Explained): string {
  const lines = fields.map(
    ({ name, type, required, description }) => `  ${name} <${type}>${required ? ' -required-' : ''}: ${description}`,
  )
  return [`${kind} ${apiVersion}${path === '' ? '' : `, ${path}`}`, description, ...lines].filter(Boolean).join('\n')
}
