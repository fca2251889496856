/**
 * Objects in files: YAML and JSON, one or several a file, lists taken apart; folders, URLs and stdin.
 * Source: cli-runtime/pkg/resource/visitor.go, builder.go (FilenameParam).
 */
import { globSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { parseAllDocuments } from 'yaml'
import { CliFault } from './errors.ts'
import type { Discovery, Resource } from './discovery.ts'
import type { Ports } from './ports.ts'
import type { Wire } from './wire.ts'

export type Manifest = {
  readonly resource: Resource
  readonly namespace: string
  readonly name: string
  readonly object: Wire
  /** The file, as it was named; `STDIN`, or a URL. */
  readonly source: string
  /** The only object of the only file. */
  readonly alone: boolean
}

type Options = { readonly recursive: boolean; readonly namespace: string; readonly explicitNamespace: boolean }

/** @throws CliFault in kubectl's words */
export async function readManifests(
  { ports, discovery }: { ports: Ports; discovery: Discovery },
  files: readonly string[],
  options: Options,
): Promise<Manifest[]> {
  const found: Manifest[] = []
  for (const file of files) {
    const sources = await sourcesOf(ports, file, options.recursive)
    for (const { name, text } of sources) {
      const objects = objectsIn(name, text)
      const alone = files.length === 1 && sources.length === 1 && objects.length === 1
      for (const object of objects) found.push(await manifestOf(discovery, object, name, alone, options))
    }
  }
  return found
}

async function sourcesOf(ports: Ports, file: string, recursive: boolean): Promise<{ name: string; text: string }[]> {
  if (file === '-') return [{ name: 'STDIN', text: await ports.stdin() }]
  if (/^https?:\/\//.test(file)) return [{ name: file, text: await download(file) }]
  return paths(path.resolve(ports.cwd, file), file, recursive).map(({ name, place }) => ({
    name,
    text: readFileSync(place, 'utf8'),
  }))
}

function paths(place: string, name: string, recursive: boolean): { name: string; place: string }[] {
  const stat = statSync(place, { throwIfNoEntry: false })
  if (stat === undefined) {
    const matched = /[*?[]/.test(name) ? globSync(place).sort() : []
    if (matched.length === 0) throw new CliFault(`the path ${JSON.stringify(name)} does not exist`)
    return matched.map((each) => ({ name: path.join(path.dirname(name), path.basename(each)), place: each }))
  }
  if (!stat.isDirectory()) return [{ name, place }]
  const files = inFolder(place, name, recursive)
  if (files.length === 0)
    throw new CliFault(`error reading [${name}]: recognized file extensions are [.json .yaml .yml]`)
  return files
}

function inFolder(place: string, name: string, recursive: boolean): { name: string; place: string }[] {
  const entries = readdirSync(place, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  return entries.flatMap((entry) => {
    const below = { name: path.join(name, entry.name), place: path.join(place, entry.name) }
    if (entry.isDirectory()) return recursive ? inFolder(below.place, below.name, recursive) : []
    return /\.(json|ya?ml)$/.test(entry.name) ? [below] : []
  })
}

async function download(url: string): Promise<string> {
  const response = await fetch(url)
  if (response.ok) return response.text()
  throw new CliFault(
    `unable to read URL ${JSON.stringify(url)}, server reported ${response.status} ${response.statusText}, status code=${response.status}`,
  )
}

/** @throws CliFault for what is no YAML, and for what is no object */
export function objectsIn(source: string, text: string): Wire[] {
  const documents = parseAllDocuments(text.replace(/^\uFEFF/, ''), { version: '1.1', merge: true })
  if (!Array.isArray(documents)) return []
  return documents.flatMap((document) => {
    const [fault] = document.errors
    if (fault) throw new CliFault(`error parsing ${source}: error converting YAML to JSON: yaml: ${yamlFault(fault)}`)
    const object = datesAsText(document.toJS() as Wire)
    return object === null || object === undefined ? [] : flattened(object, source)
  })
}

function yamlFault(fault: { message: string; linePos?: readonly { line: number }[] | undefined }): string {
  const [first = ''] = fault.message.split(/ at line |\n/)
  return `line ${fault.linePos?.[0]?.line ?? 1}: ${first.charAt(0).toLowerCase()}${first.slice(1)}`
}

/** YAML 1.1 reads times; JSON, which the server is sent, has only their text. */
function datesAsText(value: Wire): Wire {
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z')
  if (Array.isArray(value)) return value.map(datesAsText)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, datesAsText(each)]))
}

function flattened(object: Wire, source: string): Wire[] {
  const missing = !object.kind ? 'Kind' : !object.apiVersion ? 'apiVersion' : undefined
  if (missing)
    throw new CliFault(
      `unable to decode ${JSON.stringify(source)}: Object '${missing}' is missing in '${JSON.stringify(object)}'`,
    )
  if (!object.kind.endsWith('List') || !Array.isArray(object.items)) return [object]
  return object.items.flatMap((item: Wire) => flattened(item, source))
}

async function manifestOf(
  discovery: Discovery,
  object: Wire,
  source: string,
  alone: boolean,
  { namespace, explicitNamespace }: Options,
): Promise<Manifest> {
  const { name = '', namespace: own = '' } = object.metadata ?? {}
  const resource = await discovery.forKind(object.apiVersion, object.kind).catch((fault: Error) => {
    const found = `resource mapping not found for name: ${JSON.stringify(name)} namespace: ${JSON.stringify(own)} from ${JSON.stringify(source)}`
    throw new CliFault(`${found}: ${fault.message}\nensure CRDs are installed first`)
  })
  if (!resource.namespaced) return { resource, namespace: '', name, object, source, alone }
  if (own !== '' && explicitNamespace && own !== namespace) {
    throw new CliFault(
      `the namespace from the provided object ${JSON.stringify(own)} does not match the namespace ${JSON.stringify(namespace)}. You must pass '--namespace=${own}' to perform this operation.`,
    )
  }
  const placed = { ...object, metadata: { ...object.metadata, namespace: own || namespace } }
  return { resource, namespace: own || namespace, name, object: placed, source, alone }
}
