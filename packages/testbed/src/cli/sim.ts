#!/usr/bin/env node
/**
 * `pnpm sim`: serves a simulated cluster that stock kubectl can talk to, until Ctrl-C.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { listen } from '@mcp-lab/fake-kubectl'
import { listScenarios, loadScenario } from '../scenario.ts'
import { createSimulatedCluster } from '../simulated-cluster.ts'
import { UserError } from '../user-error.ts'
import { kept, parseFlags, runCommand, stopped, typed, wholeNumber } from './run-command.ts'

const HELP = `Usage: ${typed('sim', '[--scenario NAME] [--seed N] [--port N] [--kubeconfig FILE] [--http]')}

Serves a simulated Kubernetes cluster on this machine, over HTTPS, until Ctrl-C.

  --scenario NAME    what happens in the cluster (default disk-pressure): ${listScenarios().join(', ')}
  --seed N           the same seed gives the same cluster (default 1)
  --port N           listen on this port (default: any free one)
  --kubeconfig FILE  where to write the admin's kubeconfig (default .mcp-lab/kubeconfig)
  --http             plain HTTP: whoever reaches the port is the admin`

const FLAGS = {
  scenario: { type: 'string', default: 'disk-pressure' },
  seed: { type: 'string', default: '1' },
  port: { type: 'string', default: '0' },
  kubeconfig: { type: 'string', default: path.relative('', kept('kubeconfig')) },
  http: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

await runCommand(async (signal) => {
  const { values, positionals } = parseFlags('sim', HELP, FLAGS)
  if (values.help) return console.log(HELP)
  if (positionals.length > 0) throw new UserError(`"${positionals.join(' ')}" means nothing here.`, HELP)

  const scenario = loadScenario(values.scenario)
  const seed = wholeNumber('seed', values.seed, [0, 2 ** 31])
  const port = wholeNumber('port', values.port, [0, 65_535])
  const cluster = createSimulatedCluster({ scenario: scenario.id, seed })
  const server = await listen(cluster, { port, tls: !values.http }).catch((fault: Error) => {
    throw new UserError(fault.message, 'Example: --port 0 takes any free one.')
  })
  writeKubeconfig(values.kubeconfig, server.kubeconfig())

  console.log(`The cluster "${scenario.id}" (seed ${seed}) answers at ${server.url}

  kubectl --kubeconfig ${quoted(values.kubeconfig)} get nodes,pods -A

Ctrl-C stops it.`)
  await stopped(signal)
  await server.close()
})

function writeKubeconfig(file: string, text: string): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, text, { mode: 0o600 })
  } catch (fault) {
    throw new UserError(
      `The kubeconfig cannot be written to ${file}: ${(fault as Error).message}`,
      'Choose another place with --kubeconfig FILE.',
    )
  }
}

function quoted(file: string): string {
  return /\s/.test(file) ? `"${file}"` : file
}
