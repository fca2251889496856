/**
 * The cluster as its users create it, with the data that stands beside the sources: schema, worlds, stages, images, bootstrap
 * objects.
 */
import { generateKeyPairSync } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { parse, parseAllDocuments } from 'yaml'
import { z } from 'zod'
import type { KubeObject } from '../api/meta.ts'
import { createSchema, type SchemaFile } from '../api/schema.ts'
import { bootstrapObjects, type BootstrapRbac } from '../world/bootstrap-rbac.ts'
import type { SigningKey } from '../apiserver/access/tokens/jwt.ts'
import { assembleCluster } from '../assemble.ts'
import type { Cluster, ClusterOptions } from '../cluster.ts'
import type { ImageSpec } from '../containers/images.ts'
import { ImageTable, Stage, World } from '../world/schema.ts'
import type { Builtins, StageSpec, WorldSpec } from '../world/spec.ts'

/** From `src/node` and from `dist/node` alike. */
const SOURCES = new URL('../../src/', import.meta.url)

let builtins: Builtins | undefined

/**
 * Creates a cluster that stands still until its clock is advanced.
 *
 * @throws RangeError or ApiError for a world or manifest that cannot be
 * @example
 * const cluster = createCluster({ world: loadWorld('disk-pressure'), seed: 7 })
 * const response = await cluster.fetch(new Request('https://cluster/api/v1/nodes'))
 */
export function createCluster(options: ClusterOptions = {}): Cluster {
  builtins ??= {
    schema: readSchema(),
    descriptions: readDescriptions,
    stages: readStages(),
    images: namesIn('images/').flatMap((name) => checked(ImageTable, `images/${name}.yaml`)),
    bootstrap: readBootstrap(),
    newSigningKey,
  }
  return assembleCluster(options, builtins)
}

/**
 * A world from `src/worlds/NAME.yaml`, to be used as it is or changed: `{ ...loadWorld('healthy'), nodes: 200 }`.
 *
 * @throws RangeError that lists the worlds there are
 */
export function loadWorld(name: string): WorldSpec {
  const names = namesIn('worlds/')
  if (names.includes(name)) return checked(World, `worlds/${name}.yaml`)
  throw new RangeError(`world ${JSON.stringify(name)}: expected one of ${names.join(', ')}`)
}

/**
 * How images behave, as YAML says it: rows as those of `src/images/`.
 *
 * @param file named where something is wrong
 * @throws RangeError that says what
 */
export function parseImages(text: string, file: string): ImageSpec[] {
  const result = ImageTable.safeParse(parse(text))
  if (result.success) return result.data
  throw new RangeError(`${file}: ${z.prettifyError(result.error)}`)
}

function readSchema(): Builtins['schema'] {
  return createSchema(JSON.parse(read('schema/kubernetes.json')) as SchemaFile)
}

function newSigningKey(): SigningKey {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
}

let descriptions: ReturnType<Builtins['descriptions']> | undefined

/** Half a megabyte that only `kubectl explain` and the like ask for. */
function readDescriptions(): ReturnType<Builtins['descriptions']> {
  descriptions ??= JSON.parse(read('schema/descriptions.json')) as ReturnType<Builtins['descriptions']>
  return descriptions
}

function readStages(): Record<string, StageSpec> {
  return Object.fromEntries(namesIn('stages/').map((name) => [name, checked(Stage, `stages/${name}.yaml`)]))
}

function readBootstrap(): KubeObject[] {
  const others = parseAllDocuments(read('bootstrap.yaml')).map((document) => document.toJS() as KubeObject)
  return [...bootstrapObjects(JSON.parse(read('bootstrap-rbac.json')) as BootstrapRbac), ...others]
}

function checked<T>(schema: z.ZodType<T>, path: string): T {
  const result = schema.safeParse(parse(read(path)))
  if (result.success) return result.data
  throw new RangeError(`src/${path}: ${z.prettifyError(result.error)}`)
}

function namesIn(folder: string): string[] {
  const files = readdirSync(new URL(folder, SOURCES)).filter((file) => file.endsWith('.yaml'))
  return files.map((file) => file.slice(0, -'.yaml'.length)).sort()
}

function read(path: string): string {
  return readFileSync(new URL(path, SOURCES), 'utf8')
}
