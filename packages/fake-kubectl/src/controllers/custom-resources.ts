/**
 * The life of a CustomResourceDefinition: its names are accepted unless others have them, then its kinds are served; when
 * it is deleted, its objects are deleted first.
 * Source: apiextensions-apiserver/pkg/controller/{status,establish,finalizer}.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import { approvalCondition } from '../api/extensions/approval.ts'
import { acceptedNames } from '../api/extensions/names.ts'
import { CLEANUP, conditionOf, isTrue, type Definition } from '../api/extensions/definition.ts'
import { revisionOf, rowsOfDefinition } from '../api/extensions/rows.ts'
import { formatTime, type KubeObject } from '../api/meta.ts'
import type { Condition } from '../api/types.ts'
import { deleteObject } from '../apiserver/verbs/deletion.ts'
import { syncApiServices } from './api-services.ts'
import { runController } from './controller.ts'
import type { Recorder } from './events.ts'
import { withoutFinalizer, write } from './release.ts'
import { updateAs } from '../apiserver/managed-fields/own-write.ts'

const DEFINITIONS = builtIn('customresourcedefinitions.apiextensions.k8s.io')

export function runCustomResourceDefinitions(server: Recorder): void {
  const { store, clock, kinds } = server
  const look = runController(store, clock, DEFINITIONS, (object) => {
    if (object.metadata.deletionTimestamp) endDefinition(server, object as Definition)
    else serveDefinition(server, object as Definition)
    return undefined
  })
  store.log.observe({
    event({ type, storage, object }) {
      // The last object of a definition that goes lets it go, too; a definition that goes frees its names for others.
      if (type !== 'DELETED') return
      if (store.find(DEFINITIONS, '', storage)) look('', storage)
      if (storage !== DEFINITIONS.storage) return
      withdraw(server, object as Definition)
      for (const other of inGroup(server, object as Definition)) look('', other.metadata.name)
    },
    reset() {
      for (const row of kinds.all.filter(({ custom }) => custom)) kinds.remove(row)
    },
  })
}

/** Accepts the names of a definition, as far as they are free, and serves its kinds. */
export function serveDefinition(server: Recorder, definition: Definition): void {
  const { clock } = server
  const others = inGroup(server, definition).filter(({ metadata }) => metadata.uid !== definition.metadata.uid)
  const { names, condition } = acceptedNames(definition, others)
  const approval = approvalCondition(definition)
  const judged = approval ? withCondition(definition, approval, clock.now()) : definition
  const accepted = withCondition(judged, condition, clock.now())
  const named = { ...accepted, status: { ...accepted.status, acceptedNames: names } }
  const settled = isTrue(named, 'NamesAccepted') ? ESTABLISHED : (conditionOf(named, 'Established') ?? NOT_ACCEPTED)
  const written = updateAs(server, DEFINITIONS, withCondition(named, settled, clock.now()), SERVER)
  if (isTrue(written as Definition, 'Established')) register(server, written as Definition)
}

/** Definitions are looked after by the API server itself. */
const SERVER = { component: 'kube-apiserver', subresource: 'status' } as const

const ESTABLISHED: Condition = {
  type: 'Established',
  status: 'True',
  reason: 'InitialNamesAccepted',
  message: 'the initial names have been accepted',
}

const NOT_ACCEPTED: Condition = {
  type: 'Established',
  status: 'False',
  reason: 'NotAccepted',
  message: 'not all names are accepted',
}

/** Deletes what there is of its kind; when nothing is left, the definition goes. */
function endDefinition(server: Recorder, definition: Definition): void {
  const { store, clock, kinds } = server
  if (!definition.metadata.finalizers?.includes(CLEANUP)) return
  const ending = withCondition(definition, IN_PROGRESS, clock.now())
  register(server, ending)
  const type = kinds.findStored(definition.metadata.name)
  for (const listed of type ? store.list(type) : []) {
    const object = store.find(type!, listed.metadata.namespace ?? '', listed.metadata.name)
    if (object) deleteObject(server, type!, object, { propagationPolicy: 'Background' })
  }
  if (type && store.list(type).length > 0) return void updateAs(server, DEFINITIONS, ending, SERVER)
  const done = isTrue(definition, 'Established') ? COMPLETED : NEVER_ESTABLISHED
  write(server, DEFINITIONS, withoutFinalizer(withCondition(ending, done, clock.now()), CLEANUP))
}

const IN_PROGRESS: Condition = {
  type: 'Terminating',
  status: 'True',
  reason: 'InstanceDeletionInProgress',
  message: 'CustomResource deletion is in progress',
}

const COMPLETED: Condition = {
  type: 'Terminating',
  status: 'False',
  reason: 'InstanceDeletionCompleted',
  message: 'removed all instances',
}

const NEVER_ESTABLISHED: Condition = {
  type: 'Terminating',
  status: 'False',
  reason: 'NeverEstablished',
  message: 'resource was never established',
}

/** The versions it serves now, and no others. */
function register(server: Recorder, definition: Definition): void {
  const { kinds, schema } = server
  const present = rowsOf(kinds, definition)
  const revision = revisionOf(definition)
  if (present.length > 0 && present.every(({ custom }) => custom!.revision === revision)) return
  const rows = rowsOfDefinition(definition, schema)
  const served = new Set(rows.map(({ version }) => version))
  for (const row of present) if (!served.has(row.version)) kinds.remove(row)
  for (const row of rows) kinds.add(row)
  syncApiServices(server)
}

function withdraw(server: Recorder, definition: Definition): void {
  for (const row of rowsOf(server.kinds, definition)) server.kinds.remove(row)
  server.store.log.end({ storage: definition.metadata.name })
  syncApiServices(server)
}

function rowsOf(kinds: Recorder['kinds'], { metadata }: KubeObject): Recorder['kinds']['all'] {
  return kinds.all.filter(({ custom, storage }) => custom && storage === metadata.name)
}

function inGroup({ store }: Recorder, { spec }: Definition): Definition[] {
  return (store.list(DEFINITIONS) as Definition[]).filter((it) => it.spec.group === spec.group)
}

function withCondition(definition: Definition, condition: Condition, nowMs: number): Definition {
  const conditions = definition.status?.conditions ?? []
  const earlier = conditions.find(({ type }) => type === condition.type)
  const since = earlier?.status === condition.status ? earlier.lastTransitionTime : undefined
  const next = { ...condition, lastTransitionTime: since ?? formatTime(nowMs) }
  const list = earlier ? conditions.map((it) => (it === earlier ? next : it)) : [...conditions, next]
  return { ...definition, status: { ...definition.status, conditions: list } }
}
