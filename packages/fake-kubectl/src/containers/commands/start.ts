/**
 * Commands that start others, or tell where they are: env, timeout, xargs, which.
 * Source: POSIX.1-2024 Utilities; messages of GNU coreutils.
 */
import { EMPTY, readAll, textOf } from '../pipe.ts'
import { absolute, complain, EXIT, Failure, findCommand, print, run, type Process } from '../process.ts'
import { linesOf } from './reading.ts'

export async function env(process: Process): Promise<number> {
  const { container, cwd, signal, stdin, stdout, stderr, terminal, pace } = process
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
  return run(found, { container, argv: words, environment, cwd, signal, terminal, pace, stdin, stdout, stderr })
}

export async function xargs(process: Process): Promise<number> {
  const { container, cwd, environment, signal, stdout, stderr, terminal, pace } = process
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
      pace,
      stdin: EMPTY,
      stdout,
      stderr,
    })
    if (ended !== 0) code = 123
  }
  return code
}

export function which(process: Process): number {
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

/** In virtual time. */
export async function timeout(process: Process): Promise<number> {
  const { container, cwd, environment, signal } = process
  const [, duration = '', ...argv] = process.argv
  const seconds = /^(\d*\.?\d+)s?$/.exec(duration)?.[1]
  const [name] = argv
  if (seconds === undefined || name === undefined) throw new Failure(`invalid time interval '${duration}'`, 125)
  const found = findCommand(container, name, cwd, environment.get('PATH') ?? '')
  if (found.kind === 'absent')
    throw new Failure(`failed to run command '${name}': No such file or directory`, EXIT.absent)
  if (found.kind === 'denied') throw new Failure(`failed to run command '${name}': Permission denied`, EXIT.denied)
  const over = new AbortController()
  const { clock } = container.server
  const cancel = clock.at(clock.now() + Number(seconds) * 1000, () => over.abort(new Error('time is over')))
  const code = await run(found, { ...process, argv, signal: AbortSignal.any([signal, over.signal]) })
  cancel()
  return over.signal.aborted ? EXIT.timeout : code
}
