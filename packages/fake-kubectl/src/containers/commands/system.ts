/**
 * Commands that tell of the process and its machine, or only of themselves.
 * Source: POSIX.1-2024 Utilities; procps for `ps`; messages of GNU coreutils.
 */
import { parseDuration } from '../../api/age.ts'
import { hostname } from '../environment.ts'
import { EMPTY, readAll, textOf } from '../pipe.ts'
import { firstProcess, KERNEL } from '../proc.ts'
import { absolute, complain, EXIT, Failure, findCommand, print, run, type Command, type Process } from '../process.ts'
import { options } from './options.ts'
import { linesOf } from './text.ts'

export const SYSTEM_COMMANDS: Readonly<Record<string, Command>> = {
  date,
  echo,
  env,
  false: () => EXIT.failure,
  hostname: (process) =>
    say(
      process,
      process.argv[1] === '-i' ? (process.container.pod.status.podIP ?? '') : hostname(process.container.pod),
    ),
  id,
  printenv,
  printf,
  ps,
  pwd: (process) => say(process, process.cwd),
  seq,
  sleep,
  sync: () => EXIT.ok,
  true: () => EXIT.ok,
  uname,
  which,
  whoami,
  xargs,
}

function say(process: Process, text: string): number {
  print(process, `${text}\n`)
  return EXIT.ok
}

function echo({ argv, stdout }: Process): number {
  let words = argv.slice(1)
  let newline = true
  let escapes = false
  for (; /^-[neE]+$/.test(words[0] ?? ''); words = words.slice(1)) {
    newline &&= !words[0]!.includes('n')
    escapes = words[0]!.includes('e')
  }
  const text = words.join(' ')
  print({ stdout }, `${escapes ? unescaped(text) : text}${newline ? '\n' : ''}`)
  return EXIT.ok
}

const ESCAPES: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  a: '\u0007',
  b: '\b',
  e: '\u001B',
  '0': '\0',
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(x[0-9a-fA-F]{1,2}|0[0-7]{1,3}|.)/g, (whole, code: string) => {
    if (/^x./.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16))
    if (/^0[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8))
    return ESCAPES[code] ?? whole
  })
}

/** The format is used again until all arguments are. */
function printf({ argv, stdout }: Process): number {
  const [, format, ...args] = argv
  if (format === undefined) throw new Failure('missing operand')
  do {
    const before = args.length
    const text = unescaped(format).replaceAll(
      /%([-0]*)(\d*)(?:\.(\d+))?([sdixcqb%])/g,
      (_, flags: string, width: string, precision: string | undefined, kind: string) =>
        kind === '%' ? '%' : padded(printed(kind, args.shift() ?? '', precision), flags, Number(width)),
    )
    print({ stdout }, text)
    if (args.length === before) break
  } while (args.length > 0)
  return EXIT.ok
}

function printed(kind: string, value: string, precision: string | undefined): string {
  if (kind === 'd' || kind === 'i') return String(Number.parseInt(value, 10) || 0)
  if (kind === 'x') return (Number.parseInt(value, 10) || 0).toString(16)
  if (kind === 'c') return value.slice(0, 1)
  if (kind === 'b') return unescaped(value)
  return precision === undefined ? value : value.slice(0, Number(precision))
}

function padded(text: string, flags: string, width: number): string {
  if (flags.includes('-')) return text.padEnd(width)
  return text.padStart(width, flags.includes('0') ? '0' : ' ')
}

async function env(process: Process): Promise<number> {
  const { container, cwd, signal, stdin, stdout, stderr, terminal } = process
  const words = process.argv.slice(1)
  const environment = new Map(words[0] === '-i' ? [] : process.environment)
  if (words[0] === '-i') words.shift()
  for (; words[0] === '-u' && words[1] !== undefined; words.splice(0, 2)) environment.delete(words[1])
  for (; /^[^=]+=/.test(words[0] ?? ''); words.shift())
    environment.set(...(words[0]!.split(/=(.*)/s, 2) as [string, string]))
  const [name] = words
  if (name === undefined) {
    print(process, [...environment].map(([key, value]) => `${key}=${value}\n`).join(''))
    return EXIT.ok
  }
  const found = findCommand(container, name, cwd, environment.get('PATH') ?? '')
  if (found.kind === 'absent') throw new Failure(`'${name}': No such file or directory`, EXIT.absent)
  if (found.kind === 'denied') throw new Failure(`'${name}': Permission denied`, EXIT.denied)
  return run(found, { container, argv: words, environment, cwd, signal, terminal, stdin, stdout, stderr })
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

function date(process: Process): number {
  const { operands, values } = options(process.argv, 'uRId:', { utc: 'u' })
  if (values.has('d')) throw new Failure('-d: reading dates is not simulated')
  const { clock } = process.container.server
  return say(process, dateText(operands[0]?.slice(1) ?? '%a %b %e %H:%M:%S UTC %Y', clock.now() + clock.shownOffsetMs))
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function dateText(format: string, ms: number): string {
  const date = new Date(ms)
  const iso = date.toISOString()
  const parts: Record<string, string> = {
    a: DAYS[date.getUTCDay()]!,
    b: MONTHS[date.getUTCMonth()]!,
    d: iso.slice(8, 10),
    e: String(date.getUTCDate()).padStart(2),
    F: iso.slice(0, 10),
    H: iso.slice(11, 13),
    M: iso.slice(14, 16),
    m: iso.slice(5, 7),
    N: `${iso.slice(20, 23)}000000`,
    n: '\n',
    S: iso.slice(17, 19),
    s: String(Math.floor(ms / 1000)),
    T: iso.slice(11, 19),
    Y: iso.slice(0, 4),
    Z: 'UTC',
    z: '+0000',
    '%': '%',
  }
  return format.replaceAll(/%(.)/g, (whole, letter: string) => parts[letter] ?? whole)
}

/** Process 1, what exec has started, and this one. */
function ps(process: Process): number {
  const { container, argv } = process
  const { clock } = container.server
  const first = {
    pid: 1,
    argv: firstProcess(container.spec, container.environment),
    startedMs: container.startedMs,
    tty: false,
  }
  const all = [first, ...container.tasks.values()]
  const user = container.user === 0 ? 'root' : String(container.user)
  const started = (ms: number) => new Date(ms + clock.shownOffsetMs).toISOString().slice(11, 16)
  const full = argv.slice(1).join('').replaceAll('-', '')
  if (container.profile.os !== 'debian')
    return say(
      process,
      [
        'PID   USER     TIME  COMMAND',
        ...all.map((it) => `${String(it.pid).padStart(5)} ${user.padEnd(8)}  0:00 ${it.argv.join(' ')}`),
      ].join('\n'),
    )
  if (/f/.test(full) && /e|A/.test(full))
    return say(
      process,
      [
        'UID          PID    PPID  C STIME TTY          TIME CMD',
        ...all.map(
          (it) =>
            `${user.padEnd(8)} ${String(it.pid).padStart(7)} ${String(it.pid === 1 ? 0 : 0).padStart(7)}  0 ${started(it.startedMs)} ${(it.tty ? 'pts/0' : '?').padEnd(8)} 00:00:00 ${it.argv.join(' ')}`,
        ),
      ].join('\n'),
    )
  if (/a.*u|u.*a/.test(full))
    return say(
      process,
      [
        'USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND',
        ...all.map(
          (it) =>
            `${user.padEnd(8)} ${String(it.pid).padStart(7)}  0.0  0.1   2580  1540 ${(it.tty ? 'pts/0' : '?').padEnd(8)} Ss   ${started(it.startedMs)}   0:00 ${it.argv.join(' ')}`,
        ),
      ].join('\n'),
    )
  const shown = /e|A|a/.test(full) ? all : all.filter(({ pid }) => pid !== 1)
  return say(
    process,
    [
      '    PID TTY          TIME CMD',
      ...shown.map(
        (it) =>
          `${String(it.pid).padStart(7)} ${(it.tty ? 'pts/0' : '?').padEnd(8)} 00:00:00 ${it.argv[0]!.split('/').at(-1)}`,
      ),
    ].join('\n'),
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

function which(process: Process): number {
  const paths = process.argv.slice(1).map((name) => {
    const found = findCommand(process.container, name, process.cwd, process.environment.get('PATH') ?? '')
    return found.kind === 'command'
      ? name.includes('/')
        ? absolute(process.cwd, name)
        : `/bin/${name}`
      : found.kind === 'script'
        ? found.path
        : undefined
  })
  for (const path of paths) if (path) print(process, `${path}\n`)
  return Number(paths.includes(undefined))
}

function seq(process: Process): number {
  const numbers = process.argv.slice(1).map(Number)
  if (numbers.length === 0 || numbers.some((it) => !Number.isFinite(it))) throw new Failure('missing operand')
  const [first, step, last] =
    numbers.length === 1
      ? [1, 1, numbers[0]!]
      : numbers.length === 2
        ? [numbers[0]!, 1, numbers[1]!]
        : (numbers as [number, number, number])
  for (let n = first; step > 0 ? n <= last : n >= last; n += step) if (!print(process, `${n}\n`) || step === 0) break
  return EXIT.ok
}

async function xargs(process: Process): Promise<number> {
  const { container, cwd, environment, signal, stdout, stderr, terminal } = process
  const one = process.argv[1] === '-n1' || (process.argv[1] === '-n' && process.argv[2] === '1')
  const words = process.argv.slice(process.argv[1] === '-n' ? 3 : one ? 2 : 1)
  const [name = 'echo'] = words
  const found = findCommand(container, name, cwd, environment.get('PATH') ?? '')
  if (found.kind === 'absent' || found.kind === 'denied') {
    complain(process, `xargs: ${name}: No such file or directory`)
    return EXIT.absent
  }
  const items = linesOf(textOf(await readAll(process.stdin)))
    .join(' ')
    .split(/\s+/)
    .filter(Boolean)
  let code: number = EXIT.ok
  for (const group of one ? items.map((item) => [item]) : [items]) {
    const argv = [...(words.length > 0 ? words : ['echo']), ...group]
    const ended = await run(found, {
      container,
      argv,
      environment,
      cwd,
      signal,
      terminal,
      stdin: EMPTY,
      stdout,
      stderr,
    })
    if (ended !== 0) code = 123
  }
  return code
}
