#!/usr/bin/env node
/**
 * `pnpm kubectl`: the fake kubectl, against the cluster that `pnpm sim` serves, or one of its own with --scenario.
 *
 * Flags, texts and exit codes are kubectl's; only what stands before its command is ours. The simulator is loaded when a
 * scenario asks for it: most commands speak to a server that runs already.
 */
import { processPorts, run, type Ports } from '@mcp-lab/fake-kubectl/kubectl'
import { UserError } from '../user-error.ts'
import { kept, runCommand, typed, wholeNumber } from './run-command.ts'

const EXAMPLE = typed('kubectl', '--scenario disk-pressure get nodes')
const SWALLOWED = ['all_namespaces', 'filename', 'namespace', 'output', 'scenario', 'seed', 'selector', 'watch']
const OWN_FLAGS = ['--scenario', '--seed']

await runCommand(async () => {
  confirmWhole()
  const { own, argv } = split(process.argv.slice(2))
  const scenario = own.get('--scenario')
  if (scenario === undefined && own.has('--seed'))
    throw new UserError('--seed needs --scenario.', `Example: ${EXAMPLE}`)
  const ports = processPorts([kept('kubeconfig')])
  if (scenario !== undefined) process.exitCode = await run(argv, await privateCluster(scenario, own, ports))
  else process.exitCode = await served(argv, ports)
})

/** Where nobody answers and nothing was named, we say who would. */
async function served(argv: readonly string[], ports: Ports): Promise<number> {
  let isRefused = false
  const stderr = (text: string): void => {
    isRefused ||= /^The connection to the server .* was refused/m.test(text)
    ports.stderr(text)
  }
  const code = await run(argv, { ...ports, stderr })
  const isNamed =
    process.env['KUBECONFIG'] !== undefined || argv.some((word) => /^(--kubeconfig|--server|-s)/.test(word))
  if (isRefused && !isNamed)
    ports.stderr(`Is a cluster being served? ${typed('sim', '--port 0')} does; for one of its own: ${EXAMPLE}\n`)
  return code
}

/** What stands before the command and is ours: `--scenario NAME`, `--seed N`, also with `=`. */
function split(words: readonly string[]): { own: Map<string, string>; argv: readonly string[] } {
  const own = new Map<string, string>()
  let at = 0
  while (at < words.length) {
    const [flag = '', value] = words[at]!.split(/=(.*)/s)
    if (!OWN_FLAGS.includes(flag)) break
    const text = value ?? words[at + 1]
    if (text === undefined) throw new UserError(`${flag} needs a value.`, `Example: ${EXAMPLE}`)
    own.set(flag, text)
    at += value === undefined ? 2 : 1
  }
  const late = words.slice(at, endOfFlags(words)).find((word) => OWN_FLAGS.includes(word.split('=')[0]!))
  if (late === undefined) return { own, argv: words.slice(at) }
  throw new UserError(`${late} stands before the command.`, `Example: ${EXAMPLE}`)
}

function endOfFlags(words: readonly string[]): number {
  const at = words.indexOf('--')
  return at < 0 ? words.length : at
}

/** A cluster that lives as long as this command, and in real time, as a served one does. */
async function privateCluster(scenario: string, own: ReadonlyMap<string, string>, ports: Ports): Promise<Ports> {
  const seed = wholeNumber('seed', own.get('--seed') ?? '1', [0, 2 ** 31])
  const [{ createSimulatedCluster }, { coupleToRealTime, kubectlPorts }] = await Promise.all([
    import('../simulated-cluster.ts'),
    import('@mcp-lab/fake-kubectl'),
  ])
  const cluster = await createSimulatedCluster({ scenario, seed })
  const { catchUp } = coupleToRealTime(cluster.clock)
  return { ...ports, ...kubectlPorts(cluster, catchUp) }
}

/** npm keeps flags for itself that do not stand behind `--`; kubectl would run without them and nobody would notice. */
function confirmWhole(): void {
  const taken = SWALLOWED.filter(
    (flag) =>
      process.env[`npm_config_${flag}`] !== undefined &&
      !process.argv.some((word) => word.startsWith(`--${flag.replace('_', '-')}`)),
  )
  if (taken.length === 0) return
  const flags = taken.map((flag) => `--${flag.replace('_', '-')}`).join(' ')
  throw new UserError(`npm kept ${flags} for itself.`, `Write ${typed('kubectl', `… ${flags} …`)}`)
}
