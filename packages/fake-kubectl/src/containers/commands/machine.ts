/**
 * Commands that tell of the machine: free, nproc, uptime. All of it is the node's, as in a container without limits.
 * Source: procps; POSIX.1-2024 Utilities.
 */
import { say, type Process } from '../process.ts'

export function nproc({ container, stdout }: Process): number {
  return say({ stdout }, String(nodeOf(container)?.cores ?? 1))
}

export function free(process: Process): number {
  const unit = { '-m': 2 ** 20, '-g': 2 ** 30, '-b': 1 }[process.argv[1] ?? ''] ?? 1024
  const total = nodeOf(process.container)?.memoryBytes ?? 0
  const shares = [1, 0.3, 0.6, 0.002, 0.1, 0.65].map((share) => String(Math.floor((total * share) / unit)).padStart(11))
  const head = ['total', 'used', 'free', 'shared', 'buff/cache', 'available'].map((name) => name.padStart(11))
  const none = '0'.padStart(11)
  return say(process, `       ${head.join(' ')}\nMem:   ${shares.join(' ')}\nSwap:  ${[none, none, none].join(' ')}`)
}

export function uptime(process: Process): number {
  const { clock } = process.container.server
  const now = new Date(clock.now() + clock.shownOffsetMs).toISOString().slice(11, 19)
  const upMinutes = Math.floor((clock.now() - Date.parse(nodeOf(process.container)?.startedAt ?? '')) / 60_000) || 0
  const [days, hours, minutes] = [Math.floor(upMinutes / 1440), Math.floor(upMinutes / 60) % 24, upMinutes % 60]
  const up = `${days > 0 ? `${days} days, ` : ''}${String(hours).padStart(2)}:${String(minutes).padStart(2, '0')}`
  return say(process, ` ${now} up ${up},  0 users,  load average: 0.08, 0.12, 0.10`)
}

function nodeOf({ server, pod }: Process['container']) {
  return server.kubelets.get(pod.spec.nodeName ?? '')
}
