/**
 * The fake kubectl's door: a command line in, text on stdout and stderr, and an exit code.
 *
 * It finds the command, reads the flags, and tells what went wrong in kubectl's words. It speaks HTTP to the API and knows
 * nothing of the simulator. Source: kubectl/pkg/cmd/cmd.go; spf13/cobra.
 */
import { createClient, type Client } from './client.ts'
import type { Command, Context } from './command.ts'
import { COMMANDS } from './commands.ts'
import { createDiscovery, type Discovery } from './discovery.ts'
import { CliFault, ExitFault, exitCodeOf, faultText, LoudExit, SilentExit, UsageFault } from './errors.ts'
import { GLOBAL_FLAGS } from './flag-rows.ts'
import { firstArgument, goDuration, parseFlags, type Flags, type Parsed } from './flags.ts'
import { commandHelp, rootHelp, suggestion } from './help.ts'
import { connectionOf, loadConfig, readConfigFiles, type Connection } from './kubeconfig.ts'
import type { Ports } from './ports.ts'
import { identified, overHttp, socketOverHttp } from './transport.ts'

/** @returns the exit code: 0, or what kubectl ends with */
export async function run(argv: readonly string[], ports: Ports): Promise<number> {
  try {
    await dispatch(argv, ports)
    return 0
  } catch (fault) {
    ports.stderr(faultText(fault))
    return exitCodeOf(fault)
  }
}

async function dispatch(argv: readonly string[], ports: Ports): Promise<void> {
  const { command, path, rest } = findCommand(argv)
  if (command === undefined) return ports.stdout(rootHelp(COMMANDS))
  if (command.declines !== undefined) throw new CliFault(command.declines)
  const parsed = parse(command, path, rest)
  if (parsed.flags.on('help')) return ports.stdout(commandHelp(command, path))
  if (command.run === undefined) return group(command, path, parsed.args, ports)
  let warnings = 0
  const warn = (text: string): void => {
    warnings += 1
    ports.stderr(`Warning: ${text}\n`)
  }
  await command
    .run(contextOf({ command, path }, parsed, ports, warn))
    .catch((fault) => Promise.reject(withExitCode(fault, command)))
  if (warnings > 0 && parsed.flags.on('warnings-as-errors')) {
    throw new CliFault(`${warnings} warning${warnings === 1 ? '' : 's'} received`)
  }
}

/** `diff` ends with 1 when it has found a difference, and with more when it has failed. */
function withExitCode(fault: unknown, { faultExitCode }: Command): unknown {
  if (faultExitCode === undefined || fault instanceof SilentExit || fault instanceof ExitFault) return fault
  return new LoudExit(faultText(fault), faultExitCode)
}

type Found = { command: Command | undefined; path: string; rest: readonly string[] }

function findCommand(argv: readonly string[]): Found {
  let found: Found = { command: undefined, path: 'kubectl', rest: argv }
  let commands: readonly Command[] = COMMANDS
  while (commands.length > 0) {
    const at = firstArgument(found.rest, [...GLOBAL_FLAGS, ...(found.command?.flags ?? [])])
    if (at < 0) break
    const word = found.rest[at]!
    const next = commands.find(({ name, aliases = [] }) => name === word || aliases.includes(word))
    if (next === undefined && found.command === undefined) throw unknownCommand(word)
    if (next === undefined) break
    found = { command: next, path: `${found.path} ${next.name}`, rest: found.rest.filter((_, i) => i !== at) }
    commands = next.commands ?? []
  }
  if (found.command === undefined) parse(undefined, 'kubectl', argv)
  return found
}

function unknownCommand(word: string): CliFault {
  const near = suggestion(word, COMMANDS)
  const meant = near.length === 0 ? '' : `\n\nDid you mean this?\n${near.map((name) => `\t${name}\n`).join('')}`
  return new CliFault(`unknown command ${JSON.stringify(word)} for "kubectl"${meant}`)
}

function parse(command: Command | undefined, path: string, argv: readonly string[]): Parsed {
  try {
    return parseFlags(argv, [...(command?.flags ?? []), ...GLOBAL_FLAGS])
  } catch (fault) {
    if (!(fault instanceof UsageFault)) throw fault
    throw new CliFault(`${fault.message}\nSee '${path} --help' for usage.`)
  }
}

/** A command that only holds others says which; with an unknown one among them it fails. */
function group(command: Command, path: string, args: readonly string[], ports: Ports): void {
  if (args.length === 0) {
    ports.stderr(commandHelp(command, path))
    throw new SilentExit(1)
  }
  throw new CliFault(`unknown command ${JSON.stringify(args.join(' '))}\nSee '${path} -h' for help and examples`)
}

/** Kubeconfig, client and discovery come into being when a command first asks for them. */
function contextOf(
  { command, path }: { command: Command; path: string },
  parsed: Parsed,
  ports: Ports,
  warn: (text: string) => void,
): Context {
  let connection: Connection | undefined
  let client: Client | undefined
  let discovery: Discovery | undefined
  return {
    path,
    ...parsed,
    ports,
    out: (text) => ports.stdout(text),
    err: (text) => ports.stderr(text),
    get connection() {
      return (connection ??= connect(unshadowed(parsed.flags, command), ports))
    },
    get client() {
      return (client ??= clientOf(this.connection, parsed.flags, ports, warn))
    },
    get socket() {
      return ports.socket ? identified(ports.socket, this.connection) : socketOverHttp(this.connection)
    },
    get discovery() {
      return (discovery ??= createDiscovery(this.client))
    },
  }
}

/** A flag of the command's own, like `create rolebinding --user`, says nothing about who asks. */
function unshadowed(flags: Flags, { flags: own = [] }: Command): Flags {
  const initial = (name: string): string | undefined => own.find(([its]) => its === name)?.[3]
  return {
    ...flags,
    text: (name) => initial(name) ?? flags.text(name),
    given: (name) => initial(name) === undefined && flags.given(name),
  }
}

/** A cluster that is handed in needs no kubeconfig; the flags still say who asks, and where. */
function connect(flags: Flags, ports: Ports): Connection {
  const config = loadConfig(ports.fetch ? [] : readConfigFiles(ports, flags))
  const found = connectionOf(config, flags)
  return ports.fetch && !flags.given('server') ? { ...found, server: 'https://cluster' } : found
}

function clientOf(connection: Connection, flags: Flags, ports: Ports, warn: (text: string) => void): Client {
  const fetch = ports.fetch ? identified(ports.fetch, connection) : overHttp(connection)
  const timeoutMs = timeoutOf(flags.text('request-timeout'))
  return createClient({ server: connection.server, fetch, signal: ports.signal, timeoutMs, warn })
}

function timeoutOf(text: string): number {
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1000 : goDuration(text)
  if (milliseconds !== undefined) return milliseconds
  throw new CliFault(
    `Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)`,
  )
}
