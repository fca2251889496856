/**
 * The commands of a script that can be told beforehand. What it calls beside them either is not there, or is taken for a
 * server that runs until it is stopped.
 */
import { DATE_FORMAT } from '../date-text.ts'
import type { ShellFlavour } from '../images.ts'
import { EXIT } from '../process.ts'
import { End, type ScriptReader } from './script.ts'
import { literal } from './words.ts'

type Simple = (reader: ScriptReader, words: readonly string[], name: string) => number

/** Runs a command of which the words are known. @throws End where the script ends */
export function runSimple(reader: ScriptReader, argv: readonly string[]): number {
  const [path = '', ...words] = argv
  const name = path.split('/').at(-1) ?? ''
  const has = reader.surroundings.command(name)
  if (has === false) {
    reader.print(reader.surroundings.shell === 'busybox' ? `sh: ${name}: not found` : `sh: 1: ${name}: not found`)
    return EXIT.absent
  }
  const known = SIMPLE[name]
  if (known) return known(reader, words, name)
  if (has === true || isPlumbing(name)) return EXIT.ok
  throw new End()
}

/** Can be told beforehand what the command does? */
export function isTold(name: string): boolean {
  return Object.hasOwn(SIMPLE, name) || isPlumbing(name)
}

/** Words of the shell that change nothing of what can be told. */
function isPlumbing(name: string): boolean {
  return ['set', 'export', 'trap', 'cd', 'umask', 'local', 'readonly', 'wait', 'shift', 'unset', 'ulimit'].includes(
    name,
  )
}

const SIMPLE: Readonly<Record<string, Simple>> = {
  true: () => EXIT.ok,
  ':': () => EXIT.ok,
  false: () => EXIT.failure,
  exit: (_, [code = '0']) => {
    throw new End(Number(code) & 255)
  },
  echo,
  printf,
  sleep,
  date: (reader, words) => {
    const format = words.find((word) => word.startsWith('+'))?.slice(1) ?? DATE_FORMAT
    reader.print(`{date:${format}}`)
    return EXIT.ok
  },
  hostname: (reader) => say(reader, reader.variables.get('HOSTNAME') ?? ''),
  env: printEnvironment,
  printenv: (reader, [name]) => {
    if (name === undefined) return printEnvironment(reader, [])
    const value = reader.variables.get(name)
    return value === undefined ? EXIT.failure : say(reader, literal(value))
  },
  pwd: (reader) => say(reader, '/'),
  id: (reader) => say(reader, 'uid=0(root) gid=0(root) groups=0(root)'),
  seq: (reader, words) => {
    const numbers = words.map(Number)
    const [from, to] = numbers.length > 1 ? [numbers[0]!, numbers.at(-1)!] : [1, numbers[0] ?? 0]
    for (let n = from; n <= to; n++) reader.print(String(n))
    return EXIT.ok
  },
  cat,
  touch: (reader, words) => {
    for (const path of files(words)) if (reader.file(path) === undefined) reader.put(path, '')
    return EXIT.ok
  },
  rm: (reader, words) => {
    for (const path of files(words)) reader.remove(path)
    return EXIT.ok
  },
  ls: (reader, words) => {
    const missing = files(words).filter((path) => path.includes('.') && reader.file(path) === undefined)
    for (const path of missing) reader.print(`ls: ${path}: No such file or directory`)
    return missing.length > 0 ? EXIT.failure : EXIT.ok
  },
  test,
  '[': (reader, words) => test(reader, words.slice(0, -1)),
  '[[': (reader, words) => test(reader, words.slice(0, -1)),
  exec: (reader, words) => {
    throw new End(words.length > 0 ? runSimple(reader, words) : 0)
  },
  sh: shell,
  bash: shell,
  nslookup: (reader, [name = '']) => asked(reader, `name ${name}`),
  nc: (reader, words) => {
    const [host, port] = files(words)
    return asked(reader, `service ${host}:${port}`)
  },
  wget: fetched,
  curl: fetched,
}

function say(reader: ScriptReader, line: string): number {
  reader.print(line)
  return EXIT.ok
}

function files(words: readonly string[]): string[] {
  return words.filter((word) => !word.startsWith('-'))
}

function echo(reader: ScriptReader, words: readonly string[]): number {
  const isBare = words[0] === '-n' || words[0] === '-ne'
  const readsEscapes = /^-n?e$/.test(words[0] ?? '')
  const text = words.slice(isBare || readsEscapes ? 1 : 0).join(' ')
  reader.write(`${readsEscapes ? unescaped(text) : text}${isBare ? '' : '\n'}`)
  return EXIT.ok
}

function printf(reader: ScriptReader, [format = '', ...values]: readonly string[]): number {
  let next = 0
  reader.write(
    unescaped(format).replaceAll(/%[-\d.]*([sdi%])/g, (_, kind: string) =>
      kind === '%' ? '%' : (values[next++] ?? ''),
    ),
  )
  return EXIT.ok
}

function unescaped(text: string): string {
  return text.replaceAll('\\n', '\n').replaceAll('\\t', '\t')
}

const UNIT_MS: Record<string, number> = { '': 1000, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function sleep(reader: ScriptReader, words: readonly string[]): number {
  if (words[0] === 'infinity' || words[0] === 'inf') throw new End()
  const times = words.map((word) => /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(word))
  const wrong = times.findIndex((it) => !it)
  if (wrong >= 0 || words.length === 0) {
    reader.print(words.length === 0 ? 'sleep: missing operand' : `sleep: invalid number '${words[wrong]}'`)
    return EXIT.failure
  }
  reader.sleep(times.reduce((total, it) => total + Number(it![1]) * UNIT_MS[it![2]!]!, 0))
  return EXIT.ok
}

function printEnvironment(reader: ScriptReader, words: readonly string[]): number {
  if (words.length > 0)
    return runSimple(
      reader,
      words.filter((word) => !word.includes('=')),
    )
  for (const [name, value] of reader.variables) reader.print(literal(`${name}=${value}`))
  return EXIT.ok
}

function cat(reader: ScriptReader, words: readonly string[]): number {
  let status: number = EXIT.ok
  for (const path of files(words)) {
    const text = reader.file(path)
    if (text !== undefined) reader.write(literal(text))
    else {
      reader.print(noSuchFile(reader.surroundings.shell, path))
      status = EXIT.failure
    }
  }
  return status
}

/** `cat`'s words for a file that is not there. */
export function noSuchFile(shell: ShellFlavour, path: string): string {
  return `cat: ${shell === 'busybox' ? `can't open '${path}'` : path}: No such file or directory`
}

function shell(reader: ScriptReader, words: readonly string[]): number {
  const at = words.findIndex((word) => /^-[a-z]*c$/.test(word))
  if (at < 0 || words[at + 1] === undefined) throw new End()
  return reader.runText(words[at + 1]!.replaceAll('{open}', '{'))
}

function asked(reader: ScriptReader, requirement: string): number {
  return reader.surroundings.holds(requirement) ? EXIT.ok : EXIT.failure
}

function fetched(reader: ScriptReader, words: readonly string[]): number {
  const url =
    words.findLast((word) => /^(https?:\/\/)?[\w.-]+(:\d+)?(\/.*)?$/.test(word) && !word.startsWith('-')) ?? ''
  const [, host = '', port = '80'] = /^(?:https?:\/\/)?([\w.-]+)(?::(\d+))?/.exec(url) ?? []
  return asked(reader, `service ${host}:${port}`)
}

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '-eq': (a, b) => a === b,
  '-ne': (a, b) => a !== b,
  '-gt': (a, b) => a > b,
  '-ge': (a, b) => a >= b,
  '-lt': (a, b) => a < b,
  '-le': (a, b) => a <= b,
}

function test(reader: ScriptReader, words: readonly string[]): number {
  if (words[0] === '!') return Number(test(reader, words.slice(1)) === EXIT.ok)
  return Number(!isTrue(reader, words))
}

function isTrue(reader: ScriptReader, [first = '', second, third = '']: readonly string[]): boolean {
  if (second === undefined) return first !== ''
  if (/^-[fers]$/.test(first)) return reader.file(second) !== undefined
  if (first === '-d') return !second.includes('.')
  if (first === '-n') return second !== ''
  if (first === '-z') return second === ''
  if (second === '=' || second === '==') return first === third
  if (second === '!=') return first !== third
  return COMPARE[second]?.(Number(first), Number(third)) ?? false
}
