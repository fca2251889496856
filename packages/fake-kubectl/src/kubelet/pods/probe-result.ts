/**
 * What one probe finds: the container's own port asked, its command run, as far as that can be told without waiting.
 * Source: pkg/probe/{http,tcp,grpc,exec}; pkg/kubelet/prober/prober.go.
 */
import { noSuchFile } from '../../containers/script/simple.ts'
import { shellFlavour, type LifeStage } from '../../containers/images.ts'
import { routeAt } from '../../network/routes.ts'
import { routesOf } from '../../network/dial.ts'
import { namedPort } from '../../network/endpoints.ts'
import type { ContainerRun } from './record.ts'
import { filesOf } from './requirements.ts'
import { profileOf } from './life.ts'
import { stageOf } from './stage.ts'
import type { Spec, Sync } from './sync.ts'

export type Probe = {
  initialDelaySeconds?: number
  periodSeconds?: number
  timeoutSeconds?: number
  successThreshold?: number
  failureThreshold?: number
  httpGet?: { path?: string; port: number | string; host?: string; scheme?: string }
  tcpSocket?: { port: number | string; host?: string }
  grpc?: { port: number; service?: string }
  exec?: { command?: string[] }
}

/** Why a probe fails; undefined when it passes. */
export function probeFault(sync: Sync, spec: Spec, run: ContainerRun, probe: Probe): string | undefined {
  const stage = stageOf(profileOf(sync, spec), run)
  if (probe.exec) return execFault(sync, spec, run, stage, probe.exec.command ?? [])
  const target = probe.httpGet ?? probe.tcpSocket ?? probe.grpc
  const port =
    typeof target?.port === 'number' ? target.port : (namedPort(sync.pod, target?.port ?? '') ?? Number(target?.port))
  const address = `${sync.record.podIP}:${port}`
  const routes = routesOf(sync.server, sync.pod, spec)[String(port)]
  if (!probe.httpGet) {
    if (routes) return undefined
    return probe.grpc
      ? `timeout: failed to connect service "${address}" within ${probe.timeoutSeconds ?? 1}s: context deadline exceeded`
      : `dial tcp ${address}: connect: connection refused`
  }
  const { path = '/', scheme = 'HTTP' } = probe.httpGet
  const url = `${scheme.toLowerCase()}://${address}${path.startsWith('/') ? path : `/${path}`}`
  if (!routes) return `Get "${url}": dial tcp ${address}: connect: connection refused`
  const route = routeAt(routes, new URL(url).pathname)
  if ((route?.delayMs ?? 0) > (probe.timeoutSeconds ?? 1) * 1000)
    return `Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`
  const code = route ? (route.status ?? 200) : 404
  return code >= 200 && code < 400 ? undefined : `HTTP probe failed with statuscode: ${code}`
}

/** Commands that look at files are run; of others it counts whether the container is well. */
function execFault(
  sync: Sync,
  spec: Spec,
  run: ContainerRun,
  stage: LifeStage,
  command: readonly string[],
): string | undefined {
  const path = fileAskedFor(command)
  if (path !== undefined) {
    if (filesOf(sync, spec, run)?.kindOf(path) !== undefined) return undefined
    return command.includes('cat') ? `${noSuchFile(shellFlavour(profileOf(sync, spec), 'sh'), path)}\n` : ''
  }
  if (command[0] === 'false') return ''
  return stage.healthy === false ? '' : undefined
}

/** `cat /tmp/healthy`, `ls /tmp/healthy`, `test -f /tmp/healthy`, alone or as a shell's script. */
function fileAskedFor(command: readonly string[]): string | undefined {
  const words = command[1] === '-c' ? (command[2] ?? '').trim().split(/\s+/) : command
  const [name, ...rest] = words
  if ((name === 'cat' || name === 'ls') && rest.length === 1 && rest[0]!.startsWith('/')) return rest[0]
  if ((name === 'test' || name === '[') && /^-[efsr]$/.test(rest[0] ?? '')) return rest[1]
  return undefined
}

/** Whether the same probe may find something else though the container's stage stays as it is. */
export function isSteady({ exec }: Probe): boolean {
  return !exec || fileAskedFor(exec.command ?? []) === undefined
}
