/**
 * /proc as far as people look into it: the first process, the machine, the mounts.
 * Source: proc(5).
 */
import type { Container, Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'
import type { Environment } from './environment.ts'
import { expand } from './environment.ts'
import type { Mount } from './file-system.ts'
import type { ImageProfile } from './images.ts'
import { bytesOf } from './pipe.ts'
import { directory, file, type Entry, type Tree } from './tree.ts'

export const KERNEL = '6.1.0'

export function procTree(
  server: Server,
  pod: Pod,
  spec: Container,
  { environment }: { environment: Environment },
  mounts: readonly Mount[],
  startedMs: number,
): Tree {
  const kubelet = server.kubelets.get(pod.spec.nodeName ?? '')
  const upSeconds = (server.clock.now() - Date.parse(kubelet?.startedAt ?? '')) / 1000 || 0
  const totalKiB = Math.floor((kubelet?.memoryBytes ?? 0) / 1024)
  const cores = Array.from({ length: kubelet?.cores ?? 1 }, (_, i) => `processor\t: ${i}\nmodel name\t: Virtual CPU\n`)
  const first = firstProcess(server.images.profile(spec.image ?? ''), spec, environment)
  const texts: Record<string, string> = {
    '/1/cmdline': first.map((part) => `${part}\0`).join(''),
    '/1/environ': environment.map(([name, value]) => `${name}=${value}\0`).join(''),
    '/1/comm': `${first[0]?.split('/').at(-1)?.slice(0, 15)}\n`,
    '/cpuinfo': cores.join('\n'),
    '/meminfo': `MemTotal:       ${totalKiB} kB\nMemFree:        ${Math.floor(totalKiB * 0.6)} kB\n`,
    '/mounts': mounts
      .map((it) => `${it.device} ${it.path} ${kindOf(it)} ${it.readOnly ? 'ro' : 'rw'},relatime 0 0\n`)
      .join(''),
    '/uptime': `${upSeconds.toFixed(2)} ${(upSeconds * 0.9).toFixed(2)}\n`,
    '/version': `Linux version ${KERNEL}\n`,
  }
  const tree = new Map<string, Entry>([
    ['/', directory(startedMs, 0o555)],
    ['/1', directory(startedMs, 0o555)],
  ])
  for (const [path, text] of Object.entries(texts)) tree.set(path, file(bytesOf(text), startedMs, 0o444))
  return tree
}

function kindOf({ device }: Mount): string {
  return device.startsWith('/dev/') ? 'ext4' : device
}

/** Process 1: what the pod says, or else the image. */
export function firstProcess(profile: ImageProfile, spec: Container, environment: Environment): readonly string[] {
  const command = spec['command'] as string[] | undefined
  const args = spec['args'] as string[] | undefined
  const value = (name: string) => environment.find(([key]) => key === name)?.[1]
  return [...(command ?? entrypoint(profile, spec.name, args)), ...(args ?? [])].map((part) => expand(part, value))
}

/** An image's command gives way to arguments, unless these are options for it. */
function entrypoint({ command }: ImageProfile, name: string, args: readonly string[] = []): readonly string[] {
  if (!command) return [`/${name}`]
  return args.length === 0 || args[0]!.startsWith('-') ? command : []
}
