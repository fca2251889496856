/**
 * `ps`: process 1, what exec has started, and this one. Each way of asking has its columns.
 * Source: procps; BusyBox.
 */
import { firstProcess } from '../proc.ts'
import { say, type Process } from '../process.ts'

type Shown = { user: string; pid: string; tty: string; started: string; command: string; name: string }
type Layout = { readonly head: string; row(it: Shown): string }

const LAYOUTS = {
  busybox: {
    head: 'PID   USER     TIME  COMMAND',
    row: ({ pid, user, command }) => `${pid.padStart(5)} ${user.padEnd(8)}  0:00 ${command}`,
  },
  full: {
    head: 'UID          PID    PPID  C STIME TTY          TIME CMD',
    row: ({ user, pid, started, tty, command }) =>
      `${user.padEnd(8)} ${pid.padStart(7)}       0  0 ${started} ${tty.padEnd(8)} 00:00:00 ${command}`,
  },
  user: {
    head: 'USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND',
    row: ({ user, pid, tty, started, command }) =>
      `${user.padEnd(8)} ${pid.padStart(7)}  0.0  0.1   2580  1540 ${tty.padEnd(8)} Ss   ${started}   0:00 ${command}`,
  },
  plain: {
    head: '    PID TTY          TIME CMD',
    row: ({ pid, tty, name }) => `${pid.padStart(7)} ${tty.padEnd(8)} 00:00:00 ${name}`,
  },
} satisfies Record<string, Layout>

export function ps(process: Process): number {
  const { profile } = process.container
  const asked = process.argv.slice(1).join('').replaceAll('-', '')
  const isBusybox = profile.os !== 'debian'
  const everything = isBusybox || /[eAa]/.test(asked)
  const layout = isBusybox ? 'busybox' : asked.includes('f') ? 'full' : asked.includes('u') ? 'user' : 'plain'
  const { head, row } = LAYOUTS[layout]
  const shown = processes(process).filter(({ pid }) => everything || pid !== '1')
  return say(process, [head, ...shown.map(row)].join('\n'))
}

function processes({ container }: Process): Shown[] {
  const { profile, spec, environment, startedMs, tasks, server, user } = container
  const { shownOffsetMs } = server.clock
  const first = { pid: 1, argv: firstProcess(profile, spec, environment), startedMs, tty: false }
  return [first, ...tasks.values()].map((it) => ({
    user: user === 0 ? 'root' : String(user),
    pid: String(it.pid),
    tty: it.tty ? 'pts/0' : '?',
    started: new Date(it.startedMs + shownOffsetMs).toISOString().slice(11, 16),
    command: it.argv.join(' '),
    name: it.argv[0]?.split('/').at(-1) ?? '',
  }))
}
