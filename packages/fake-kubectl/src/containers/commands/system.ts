/**
 * The commands that tell of the process and its machine, by name.
 * Source: POSIX.1-2024 Utilities; messages of GNU coreutils.
 */
import { parseDuration } from '../../api/age.ts'
import { hostname } from '../environment.ts'
import { KERNEL } from '../proc.ts'
import { EXIT, Failure, print, say, type Command, type Process } from '../process.ts'
import { date } from './date.ts'
import { base64, sum } from './encode.ts'
import { free, nproc, uptime } from './machine.ts'
import { options } from './options.ts'
import { echo, printf, seq } from './print.ts'
import { ps } from './ps.ts'
import { env, timeout, which, xargs } from './start.ts'

export const SYSTEM_COMMANDS: Readonly<Record<string, Command>> = {
  base64,
  date,
  echo,
  env,
  false: () => EXIT.failure,
  free,
  hostname: (process) =>
    say(
      process,
      process.argv[1] === '-i' ? (process.container.pod.status.podIP ?? '') : hostname(process.container.pod),
    ),
  id,
  md5sum: sum('md5'),
  nproc,
  printenv,
  printf,
  ps,
  pwd: (process) => say(process, process.cwd),
  seq,
  sha256sum: sum('sha256'),
  sleep,
  stty,
  sync: () => EXIT.ok,
  timeout,
  true: () => EXIT.ok,
  uname,
  uptime,
  which,
  whoami,
  xargs,
}

function printenv(process: Process): number {
  const names = process.argv.slice(1)
  if (names.length === 0) print(process, [...process.environment].map(([key, value]) => `${key}=${value}\n`).join(''))
  const values = names.map((name) => process.environment.get(name))
  for (const value of values) if (value !== undefined) print(process, `${value}\n`)
  return Number(values.includes(undefined))
}

function whoami(process: Process): number {
  const { user } = process.container
  if (user !== 0 && user !== 65_534) throw new Failure(`cannot find name for user ID ${user}`)
  return say(process, user === 0 ? 'root' : 'nobody')
}

function id(process: Process): number {
  const { flags } = options(process.argv, 'ugnG')
  const { user, pod, spec } = process.container
  const contexts = [spec['securityContext'], pod.spec['securityContext']] as (Record<string, number> | undefined)[]
  const group = contexts.find((it) => it?.['runAsGroup'] !== undefined)?.['runAsGroup'] ?? 0
  const [userName, groupName] = [user, group].map((it) => (it === 0 ? '(root)' : ''))
  if (flags.has('u') || flags.has('g')) return say(process, String(flags.has('u') ? user : group))
  const groups = [group, ...(contexts[1]?.['fsGroup'] === undefined ? [] : [contexts[1]['fsGroup']])]
  return say(
    process,
    `uid=${user}${userName} gid=${group}${groupName} groups=${groups.map((it) => `${it}${it === 0 ? '(root)' : ''}`).join(',')}`,
  )
}

/** In virtual time. */
async function sleep({ argv, container, signal }: Process): Promise<number> {
  const words = argv.slice(1)
  if (words.length === 0) throw new Failure('missing operand')
  const totalMs = words.reduce((sum, word) => sum + napMs(word), 0)
  await container.server.clock.sleep(totalMs, signal)
  return EXIT.ok
}

function napMs(word: string): number {
  if (word === 'infinity' || word === 'inf') return Infinity
  if (/^\d*\.?\d+[smhd]?$/.test(word))
    return parseDuration(`${word.replace(/[smhd]$/, '').replace(/^\./, '0.')}${/[smhd]$/.exec(word)?.[0] ?? 's'}`)
  throw new Failure(`invalid time interval '${word}'`)
}

function uname(process: Process): number {
  const { flags } = options(process.argv, 'asnrvmo')
  const parts = {
    s: 'Linux',
    n: hostname(process.container.pod),
    r: KERNEL,
    v: '#1 SMP PREEMPT_DYNAMIC',
    m: 'x86_64',
    o: 'GNU/Linux',
  }
  const shown = Object.entries(parts).filter(
    ([letter]) => flags.has('a') || flags.has(letter) || (flags.size === 0 && letter === 's'),
  )
  return say(process, shown.map(([, text]) => text).join(' '))
}

/** Only how large the terminal is. */
function stty(process: Process): number {
  const { terminal, argv } = process
  if (!terminal) throw new Failure("'standard input': Inappropriate ioctl for device")
  return say(process, argv[1] === 'size' ? `${terminal.rows} ${terminal.columns}` : 'speed 38400 baud; line = 0;')
}
