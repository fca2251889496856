/**
 * What a container's script will do, told beforehand: a shell's commands, read as stages of a life. Time passes in `sleep`
 * alone. A loop without end becomes a program that prints round after round; a loop that waits for a name, a port or a
 * file becomes a stage that waits for it; a program that is not one of the simulator's commands is taken for a server, and
 * runs until it is stopped.
 */
import type { LogProgram } from '../../kubelet/kubelet.ts'
import type { LifeStage, ShellFlavour } from '../images.ts'
import { parse } from '../shell/parse.ts'
import { ArithmeticFault } from '../shell/arithmetic.ts'
import { SyntaxFault, type Node } from '../shell/syntax.ts'
import { awaitedBy, countersOf, decides, isEndless } from './loops.ts'
import { runSimple } from './simple.ts'
import { textOf, wordsOf } from './words.ts'

/** What a script finds where it runs. */
export type Surroundings = {
  readonly variables: ReadonlyMap<string, string>
  readonly shell: ShellFlavour
  /** A file's text; undefined when there is none. */
  file(path: string): string | undefined
  /** Whether the image has a command that the simulator knows; undefined when the simulator does not know it. */
  command(name: string): boolean | undefined
  /** Whether a requirement of a stage holds now. */
  holds(requirement: string): boolean
}

const MOST_STEPS = 2000

/** Ends the reading: the script exits, or nothing comes after. */
export class End extends Error {
  override readonly name = 'End'
  readonly code: number | undefined

  /** @param code undefined for what never ends */
  constructor(code?: number) {
    super(code === undefined ? 'runs for ever' : `exits with ${code}`)
    this.code = code
  }
}

class Break extends Error {
  override readonly name = 'Break'
}

/** The stages of `sh -c SCRIPT`. */
export function stagesOfScript(text: string, surroundings: Surroundings): LifeStage[] {
  const reader = new ScriptReader(surroundings)
  try {
    return reader.ended(() => reader.runText(text))
  } catch (fault) {
    if (!(fault instanceof SyntaxFault)) throw fault
    reader.print(`sh: ${fault.message}`)
    return reader.finish(2)
  }
}

/** The stages of a single command, without a shell. */
export function stagesOfCommand(argv: readonly string[], surroundings: Surroundings): LifeStage[] {
  const reader = new ScriptReader(surroundings)
  return reader.ended(() => runSimple(reader, argv))
}

export class ScriptReader {
  readonly surroundings: Surroundings
  readonly variables: Map<string, string>
  /** Files as the script leaves them; null for one it has removed. */
  readonly files = new Map<string, string | null>()
  status = 0
  readonly #stages: LifeStage[] = []
  #lines: string[] = []
  #partial = ''
  #writes: Record<string, string> = {}
  #removes: string[] = []
  #steps = 0
  /** Where what is printed goes while it is caught. */
  #caught: string[] | undefined

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings
    this.variables = new Map(surroundings.variables)
  }

  ended(work: () => number): LifeStage[] {
    try {
      return this.finish(work())
    } catch (fault) {
      if (fault instanceof Done) return fault.stages
      if (fault instanceof ArithmeticFault) return this.#faulty(fault.message)
      if (!(fault instanceof End)) throw fault
      return fault.code === undefined ? this.forEver() : this.finish(fault.code)
    }
  }

  #faulty(message: string): LifeStage[] {
    this.print(`sh: ${message}`)
    return this.finish(2)
  }

  /** A script in the script. @throws End, SyntaxFault */
  runText(text: string): number {
    return this.run(parse(text))
  }

  /** The script ends. */
  finish(code: number): LifeStage[] {
    this.#flushPartial()
    this.#stages.push({ ...this.#stage(), for: '1ms', exit: code })
    return this.#stages
  }

  forEver(more: LifeStage = {}): LifeStage[] {
    this.#flushPartial()
    this.#stages.push({ ...this.#stage(), ...more })
    return this.#stages
  }

  sleep(ms: number): void {
    if (ms > 0) this.#stages.push({ ...this.#stage(), for: `${Math.max(1, Math.round(ms))}ms` })
  }

  /** Prints text as it is, with the placeholders of a log program. */
  write(text: string): void {
    if (this.#caught) {
      this.#caught.push(text)
      return
    }
    const lines = (this.#partial + text).split('\n')
    this.#partial = lines.pop() ?? ''
    this.#lines.push(...lines)
  }

  print(line: string): void {
    this.write(`${line}\n`)
  }

  file(path: string): string | undefined {
    const own = this.files.get(path)
    return own === null ? undefined : (own ?? this.surroundings.file(path))
  }

  put(path: string, text: string): void {
    this.files.set(path, text)
    this.#writes[path] = text
  }

  remove(path: string): void {
    this.files.set(path, null)
    delete this.#writes[path]
    this.#removes.push(path)
  }

  /** What `work` prints, for `$(…)`, pipes and files. */
  capture(work: () => void): string {
    const outer = this.#caught
    this.#caught = []
    try {
      work()
      return this.#caught.join('')
    } finally {
      this.#caught = outer
    }
  }

  run(node: Node): number {
    this.#steps += 1
    if (this.#steps > MOST_STEPS) throw new End()
    this.status = this.#run(node)
    return this.status
  }

  #run(node: Node): number {
    switch (node.kind) {
      case 'simple': {
        for (const [name, value] of node.assignments) this.variables.set(name, textOf(value, this))
        const words = wordsOf(node.words, this)
        if (words[0] === 'break') throw new Break()
        return words.length === 0 ? 0 : runSimple(this, words)
      }
      case 'sequence':
        return node.nodes.map((it) => this.run(it)).at(-1) ?? 0
      case 'and':
        return this.run(node.left) === 0 ? this.run(node.right) : this.status
      case 'or':
        return this.run(node.left) === 0 ? 0 : this.run(node.right)
      case 'pipeline':
        return this.#pipeline(node)
      case 'if': {
        const branch = node.branches.find(([condition]) => this.run(condition) === 0)
        const body = branch?.[1] ?? node.otherwise
        return body ? this.run(body) : 0
      }
      case 'for':
        return this.#rounds(wordsOf(node.words ?? [], this), (word) => {
          this.variables.set(node.name, word)
          return this.run(node.body)
        })
      case 'loop':
        return this.#loop(node)
      case 'subshell':
        return this.run(node.body)
      case 'redirected':
        return this.#redirected(node)
    }
  }

  #pipeline({ commands, negated }: Extract<Node, { kind: 'pipeline' }>): number {
    let text = ''
    let status = 0
    for (const [i, command] of commands.entries()) {
      const isLast = i === commands.length - 1
      const input = text
      const work = () => void (status = i > 0 ? this.#filter(command, input) : this.run(command))
      if (isLast) work()
      else text = this.capture(work)
    }
    return negated ? Number(status === 0) : status
  }

  /** What reads its input: `cat` and `tee` pass it on, `grep` looks for a word in it. */
  #filter(command: Node, input: string): number {
    const words = command.kind === 'simple' ? wordsOf(command.words, this) : []
    const [name, ...rest] = words
    if (name === 'cat' || name === 'tee') {
      this.write(input)
      if (name === 'tee' && rest[0]) this.put(rest.at(-1)!, input)
      return 0
    }
    if (name !== 'grep') return this.run(command)
    const found = input.split('\n').filter((line) => line.includes(rest.at(-1) ?? ''))
    if (!rest.includes('-q')) this.write(found.map((line) => `${line}\n`).join(''))
    return Number(found.length === 0)
  }

  #redirected({ command, redirects }: Extract<Node, { kind: 'redirected' }>): number {
    const target = redirects.find((it) => it.kind === 'file' && it.fd === 1)
    if (target?.kind !== 'file') return this.run(command)
    const path = textOf(target.target, this)
    let status = 0
    const text = this.capture(() => void (status = this.run(command)))
    if (path === '/dev/stdout' || path === '/dev/stderr' || path.startsWith('/proc/1/fd/')) this.write(text)
    else if (path !== '/dev/null') this.put(path, (target.operator === '>>' ? (this.file(path) ?? '') : '') + text)
    return status
  }

  #rounds<T>(items: Iterable<T>, round: (item: T) => number): number {
    let status = 0
    try {
      for (const item of items) status = round(item)
    } catch (fault) {
      if (!(fault instanceof Break)) throw fault
    }
    return status
  }

  #loop(node: Extract<Node, { kind: 'loop' }>): number {
    const awaited = awaitedBy(node, this)
    if (awaited !== undefined) return this.#wait(awaited, node)
    if (isEndless(node) && !decides(node.body)) return this.#endless(node.body)
    const goesOn = () => (this.run(node.condition) === 0) !== node.until
    const rounds = function* () {
      while (goesOn()) yield undefined
    }
    return this.#rounds(rounds(), () => this.run(node.body))
  }

  /** Round after round of the same; a variable that is counted up is the number of the round. */
  #endless(body: Node): number {
    this.#flushPartial()
    const before = this.#stages.length
    const head = this.#stage()
    for (const name of countersOf(body)) {
      this.variables.set(name, `{count:${Number(this.variables.get(name) ?? '0') || 0}}`)
      this.#counters.add(name)
    }
    this.#roundOf(body, head)
    const round = this.#stages.splice(before)
    const restLines = this.#lines
    this.#lines = []
    if (round.length === 0) {
      // Without a pause it only burns: as much as it may.
      this.#stages.push({ ...head, log: head.log ?? printedAtOnce(restLines), cpu: '1' })
      throw new Done(this.#stages)
    }
    const pauseMs = round.reduce((sum, it) => sum + Number.parseInt(it.for ?? '0', 10), 0)
    const lines = [...round.flatMap(({ log }) => log?.lines ?? []), ...restLines]
    const log: LogProgram = { everyMs: pauseMs, burst: Math.max(1, lines.length), lines }
    if (head.log || head.writes || head.removes) this.#stages.push({ ...head, for: '1ms' })
    const changes = { writes: Object.assign({}, ...round.map(({ writes }) => writes ?? {})) as Record<string, string> }
    this.#stages.push({ log, ...(Object.keys(changes.writes).length > 0 && changes) })
    throw new Done(this.#stages)
  }

  /** One round; what stood before it is not lost where it never ends. */
  #roundOf(body: Node, head: LifeStage): void {
    try {
      this.run(body)
      this.#flushPartial()
    } catch (fault) {
      if (Object.keys(head).length > 0) this.#stages.push({ ...head, for: '1ms' })
      throw fault
    }
  }

  readonly #counters = new Set<string>()

  /** Is it one of those that stand for the number of a round, and are not counted again? */
  isCounter(name: string): boolean {
    return this.#counters.has(name)
  }

  #wait(requirement: string, { body }: Extract<Node, { kind: 'loop' }>): number {
    if (this.surroundings.holds(requirement) && !this.files.has(requirement.replace(/^file /, ''))) return 0
    this.#flushPartial()
    const head = this.#stage()
    if (head.log || head.writes || head.removes) this.#stages.push({ ...head, for: '1ms' })
    const before = this.#stages.length
    this.run(body)
    const round = this.#stages.splice(before)
    const lines = [...round.flatMap(({ log }) => log?.lines ?? []), ...this.#lines]
    this.#lines = []
    const pauseMs = round.reduce((sum, it) => sum + Number.parseInt(it.for ?? '0', 10), 0) || 1000
    this.#stages.push({ until: [requirement], log: { everyMs: pauseMs, burst: Math.max(1, lines.length), lines } })
    return 0
  }

  #stage(): LifeStage {
    const stage: LifeStage = {
      ...(this.#lines.length > 0 && { log: printedAtOnce(this.#lines) }),
      ...(Object.keys(this.#writes).length > 0 && { writes: this.#writes }),
      ...(this.#removes.length > 0 && { removes: this.#removes }),
    }
    this.#lines = []
    this.#writes = {}
    this.#removes = []
    return stage
  }

  #flushPartial(): void {
    if (this.#partial === '') return
    this.#lines.push(this.#partial)
    this.#partial = ''
  }
}

/** All has been said: the stages that are there go on for ever. */
class Done extends End {
  readonly stages: LifeStage[]

  constructor(stages: LifeStage[]) {
    super()
    this.stages = stages
  }
}

function printedAtOnce(lines: readonly string[]): LogProgram {
  return { everyMs: 0, times: Math.max(1, lines.length), lines }
}
