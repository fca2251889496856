/**
 * Fills an empty store: what every cluster has, then the world's machines, apps and manifests. Same seed, same objects.
 */
import type { Definition } from '../api/extensions/definition.ts'
import { at, type KubeObject } from '../api/meta.ts'
import { builtIn } from '../api/kinds/built-in.ts'
import type { ResourceType } from '../api/kinds/row.ts'
import { create } from '../apiserver/admission/admit.ts'
import type { Server } from '../apiserver/server.ts'
import { validate } from '../apiserver/validation/validate.ts'
import { createRandom } from '../clock/random.ts'
import { syncApiServices } from '../controllers/api-services.ts'
import { serveDefinition } from '../controllers/custom-resources.ts'
import { furnish } from '../controllers/namespace.ts'
import type { Kubelet } from '../kubelet/kubelet.ts'
import { drawMachines, type Machine } from './machines.ts'
import { storeNode } from './nodes.ts'
import { storeApp, storePod } from './pods.ts'
import type { Builtins, WorldSpec } from './spec.ts'

const SYSTEM_NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease']
/** How long ago the cluster was set up, for what is as old as the cluster itself. */
const CLUSTER_AGE_MS = 160 * 86_400_000
const MANIFEST_AGE_MS = 3_600_000

export function buildWorld(server: Server, kubelets: Map<string, Kubelet>, world: WorldSpec, builtins: Builtins): void {
  const founded = new Date(server.clock.now() - CLUSTER_AGE_MS).toISOString().replace(/\.\d+Z$/, 'Z')
  for (const name of SYSTEM_NAMESPACES) storeNamespace(server, name, founded)
  syncApiServices(server, founded)
  // Drawn apart, so that one role more or less makes no other machines.
  const apart = { ...server, random: createRandom(server.random.integer(0, 2 ** 31)) }
  for (const object of builtins.bootstrap) storeObject(apart, withCreation(object, founded))
  const machines = drawMachines(world, server, kubelets)
  for (const machine of machines) storeNode(server, machine)
  for (const name of world.namespaces ?? []) storeNamespace(server, name, founded)
  for (const app of world.apps ?? []) {
    ensureNamespace(server, app.namespace, founded)
    storeApp(server, app, machines)
  }
  for (const object of world.manifests ?? []) storeManifest(server, object, machines)
}

function storeNamespace(server: Server, name: string, creationTimestamp: string): void {
  const type = builtIn('namespaces')
  if (server.store.find(type, '', name)) return
  furnish(server, server.store.create(type, create(server, type, { metadata: { name, creationTimestamp } })))
}

function ensureNamespace(server: Server, name: string, creationTimestamp: string): void {
  if (!server.store.find(builtIn('namespaces'), '', name)) storeNamespace(server, name, creationTimestamp)
}

function storeManifest(server: Server, object: KubeObject, machines: readonly Machine[]): void {
  const type = typeOf(server, object)
  const namespace = type.namespaced ? (object.metadata.namespace ?? 'default') : undefined
  const created = new Date(server.clock.now() - MANIFEST_AGE_MS).toISOString().replace(/\.\d+Z$/, 'Z')
  if (namespace !== undefined) ensureNamespace(server, namespace, created)
  const placed = {
    ...object,
    metadata: { creationTimestamp: created, ...object.metadata, ...(namespace && { namespace }) },
  }
  const machine = type.kind === 'Pod' && !object['status'] ? homeOf(server, object, machines) : undefined
  if (!machine) return storeObject(server, placed)
  const { kind: _kind, apiVersion: _apiVersion, ...pod } = placed
  const createdMs = Date.parse(placed.metadata.creationTimestamp)
  storePod(server, pod, { machine, stage: server.stage('running'), createdMs })
}

/** The machine a pod names, or any; none when there is none. */
function homeOf({ random }: Server, object: KubeObject, machines: readonly Machine[]): Machine | undefined {
  const named = at(object, 'spec.nodeName')
  if (named !== undefined) return machines.find(({ kubelet }) => kubelet.nodeName === named)
  return machines.length > 0 ? random.pick(machines) : undefined
}

function storeObject(server: Server, object: KubeObject): void {
  const type = typeOf(server, object)
  const made = create(server, type, object)
  validate(type, made)
  const present = server.store.find(type, made.metadata.namespace ?? '', made.metadata.name)
  if (present && type.plural === 'namespaces') return
  const stored = server.store.create(type, made)
  if (type.plural === 'namespaces') furnish(server, stored)
  // Manifests after it may be of its kind.
  if (type.kind === 'CustomResourceDefinition') serveDefinition(server, stored as Definition)
}

function typeOf({ kinds }: Server, { apiVersion = '', kind = '', metadata }: KubeObject): ResourceType {
  const type = kinds.findKind(apiVersion, kind)
  if (type?.verbs.includes('list')) return type
  throw new RangeError(
    `manifest ${JSON.stringify(metadata?.name)}: the simulator has no kind ${JSON.stringify(`${apiVersion} ${kind}`)}; the kinds it has stand in src/api/kinds`,
  )
}

function withCreation(object: KubeObject, creationTimestamp: string): KubeObject {
  return { ...object, metadata: { ...object.metadata, creationTimestamp } }
}
