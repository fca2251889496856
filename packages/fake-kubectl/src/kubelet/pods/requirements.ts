/**
 * What a stage of an image may ask for before it begins: `env NAME`, `file /path`, `name of.a.host`, `service db:5432`, `memory < 256Mi`,
 * `run < 3`, or `no` with one of them.
 */
import { parseQuantity } from '../../api/quantity.ts'
import { formatTime } from '../../api/meta.ts'
import { environment } from '../../containers/environment.ts'
import type { FileSystem } from '../../containers/file-system.ts'
import { fits } from '../../containers/images.ts'
import { dial } from '../../network/dial.ts'
import { resolve } from '../../network/dns.ts'
import type { ContainerRun } from './record.ts'
import type { Spec, Sync } from './sync.ts'

/** Do all hold, now? */
export function holds(sync: Sync, spec: Spec, run: ContainerRun, requirements: readonly string[] = []): boolean {
  return requirements.every((text) => {
    const negated = text.startsWith('no ')
    return isSo(sync, spec, run, negated ? text.slice('no '.length) : text) !== negated
  })
}

function isSo(sync: Sync, spec: Spec, run: ContainerRun, text: string): boolean {
  const [what, ...rest] = text.split(' ')
  const value = rest.at(-1) ?? ''
  if (what === 'env') return hasVariable(sync, spec, run, value)
  if (what === 'file') return filesOf(sync, spec, run)?.kindOf(value) === 'file'
  if (what === 'name') return resolve(sync.server, sync.pod, value).kind === 'found'
  if (what === 'service') return isReachable(sync, value)
  if (what === 'run') return (sync.record.containers[spec.name]?.restarts ?? 0) + 1 < Number(value)
  const limit = spec.resources?.limits?.['memory']
  return limit !== undefined && (parseQuantity(limit) ?? 0) < (parseQuantity(value) ?? 0)
}

function hasVariable({ server, pod }: Sync, spec: Spec, { startMs }: ContainerRun, text: string): boolean {
  const [name = '', glob = '*'] = text.split('=')
  const value = environment(server, pod, spec, startMs).find(([key]) => key === name)?.[1]
  return value !== undefined && value !== '' && fits(glob, value)
}

/** A container's files, also before its pod's status says that it runs. */
export function filesOf({ server, pod }: Sync, { name }: Spec, run: ContainerRun): FileSystem | undefined {
  const state = { running: { startedAt: formatTime(run.startMs) } }
  const status = {
    name,
    image: run.image,
    imageID: '',
    ready: false,
    restartCount: 0,
    containerID: run.id,
    lastState: {},
  }
  const running = {
    ...pod,
    status: { ...pod.status, containerStatuses: [{ ...status, state }], initContainerStatuses: [] },
  }
  return server.containers.open(server, running, name)?.files
}

function isReachable({ server, pod }: Sync, text: string): boolean {
  const [name = '', port = ''] = text.split(':')
  const answer = resolve(server, pod, name)
  return answer.kind === 'found' && dial(server, pod, answer.addresses[0] ?? '', Number(port)).kind === 'connected'
}
