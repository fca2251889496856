/**
 * What commands that change something share: dry runs, field validation, the line that tells what was done.
 * Source: kubectl/pkg/cmd/util/helpers.go; cli-runtime/pkg/resource/helper.go.
 */
import { readFileSync } from 'node:fs'
import { createSchema, type Schema, type SchemaFile, type TypeSchema, type ValueSchema } from '../api/schema.ts'
import type { Context } from './command.ts'
import { pathOf, type Resource } from './discovery.ts'
import { CliFault, StatusFault } from './errors.ts'
import { jsonText } from './printers/json.ts'
import { printerFor, shownFields, type Printer } from './printers/printer.ts'
import type { Named } from './selection.ts'
import type { Wire } from './wire.ts'

export type DryRun = 'none' | 'client' | 'server'

export const STRATEGIC = 'application/strategic-merge-patch+json'
export const MERGE = 'application/merge-patch+json'
export const JSON_PATCH = 'application/json-patch+json'
export const APPLY = 'application/apply-patch+yaml'

/** @throws CliFault for a value that --dry-run does not take */
export function dryRunOf({ flags }: Context): DryRun {
  const value = flags.text('dry-run')
  if (['none', 'client', 'server'].includes(value)) return value as DryRun
  if (value === 'unchanged' || ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value)) return 'client'
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(value)) return 'none'
  throw new CliFault(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`)
}

/** @throws CliFault for a value that --validate does not take */
export function fieldValidation({ flags }: Context): string {
  const value = flags.text('validate')
  if (['strict', 'true', '1', 't', 'T', 'TRUE', 'True'].includes(value)) return 'Strict'
  if (value === 'warn') return 'Warn'
  if (['ignore', 'false', '0', 'f', 'F', 'FALSE', 'False'].includes(value)) return 'Ignore'
  throw new CliFault(
    `invalid - validate option ${JSON.stringify(value)}; must be one of: strict (or true), warn, ignore (or false)`,
  )
}

/** The query of a write. */
export function writeQuery(
  context: Context,
  manager: string,
  more: Record<string, string | undefined> = {},
): Record<string, string | undefined> {
  const { flags } = context
  const fieldManager = flags.text('field-manager') || manager
  return { ...(dryRunOf(context) === 'server' && { dryRun: 'All' }), fieldManager, ...more }
}

/** Prints what was done to an object, `deployment.apps/web created (dry run)`, or the object as -o says. */
export function donePrinter(
  context: Context,
  { typed = false, marksDryRun = true } = {},
): (object: Wire, operation: string) => void {
  const dryRun = dryRunOf(context)
  const suffix = dryRun === 'none' || !marksDryRun ? '' : dryRun === 'client' ? ' (dry run)' : ' (server dry run)'
  const made = new Map<string, Printer>()
  const format = context.flags.text('output')
  const asStruct: Printer = (object) => jsonText(shownFields(context, object), { sorted: false })
  const general =
    format === '' && context.flags.text('template') === ''
      ? undefined
      : typed && format === 'json'
        ? asStruct
        : printerFor(context)
  return (object, operation) => {
    const print = general ?? made.get(operation) ?? printerFor(context, operation + suffix)
    made.set(operation, print)
    context.out(print(object))
  }
}

export async function patchObject(
  { client }: Context,
  named: Named,
  patch: Wire,
  {
    contentType,
    query,
    subresource = '',
  }: { contentType: string; query: Record<string, string | undefined>; subresource?: string },
): Promise<Wire> {
  return client.json('PATCH', pathOf(named.resource, { ...named, subresource }), { body: patch, contentType, query })
}

/** A refusal that says which file it is about. */
export function withSource(fault: unknown, doing: string, source: string | undefined): unknown {
  if (!source) return fault
  const message = `error when ${doing} ${JSON.stringify(source)}: ${(fault as Error).message}`
  return fault instanceof StatusFault ? fault.saying(message) : new CliFault(message)
}

let schema: Schema | undefined

/** The type of a built-in kind, read when it is first needed; undefined for custom resources. */
export function typeOf({ group, version, kind }: Pick<Resource, 'group' | 'version' | 'kind'>): TypeSchema | undefined {
  const file = new URL('../../src/schema/kubernetes.json', import.meta.url)
  schema ??= createSchema(JSON.parse(readFileSync(file, 'utf8')) as SchemaFile)
  return schema.kind(group, version, kind)
}

/** Fields in the order of Go's types, as kubectl prints what it has as a struct; the wire's numbers tell the order. */
export function typedOrder(object: Wire): Wire {
  const { apiVersion = '', kind = '', ...rest } = object
  const slash = apiVersion.indexOf('/')
  const type = typeOf({ group: apiVersion.slice(0, Math.max(0, slash)), version: apiVersion.slice(slash + 1), kind })
  return { kind, apiVersion, ...ordered(rest, type) }
}

/** Fields that Go's types have elsewhere than their numbers say: those that came late. */
const MOVED: readonly { readonly knownBy: string; readonly places: Readonly<Record<string, number>> }[] = [
  {
    knownBy: 'terminationMessagePolicy',
    places: {
      envFrom: 6.5,
      resizePolicy: 8.2,
      restartPolicy: 8.4,
      restartPolicyRules: 8.6,
      volumeDevices: 9.5,
      startupProbe: 11.5,
      terminationMessagePolicy: 13.5,
    },
  },
  {
    knownBy: 'clusterIPs',
    places: {
      clusterIPs: 3.5,
      ipFamilies: 15,
      ipFamilyPolicy: 16,
      allocateLoadBalancerNodePorts: 17,
      loadBalancerClass: 18,
      internalTrafficPolicy: 19,
      trafficDistribution: 20,
    },
  },
]

function ordered(fields: Wire, type: TypeSchema | undefined): Wire {
  if (!type) return fields
  const moved = MOVED.find(({ knownBy }) => type.fields.has(knownBy))?.places ?? {}
  const number = (name: string): number => moved[name] ?? type.fields.get(name)?.numbers[0] ?? Number.MAX_SAFE_INTEGER
  const names = Object.keys(fields).sort((a, b) => number(a) - number(b))
  return Object.fromEntries(names.map((name) => [name, orderedValue(fields[name], type.fields.get(name)?.value)]))
}

function orderedValue(value: Wire, schema: ValueSchema | undefined): Wire {
  if (schema?.kind === 'list' && Array.isArray(value)) return value.map((item) => orderedValue(item, schema.items))
  if (schema?.kind !== 'struct' || typeof value !== 'object' || value === null) return value
  return ordered(value, schema.type)
}
