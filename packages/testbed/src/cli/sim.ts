#!/usr/bin/env node
/**
 * `pnpm sim`: serves a simulated cluster that stock kubectl can talk to, until Ctrl-C.
 */
import path from 'node:path'
import { listen, type ClusterOptions } from '@mcp-lab/fake-kubectl'
import { UserError } from '../user-error.ts'
import { readFaults, readImages, readTokens, writeKubeconfig, writeLog } from './sim-files.ts'
import { save, startCluster } from './sim-start.ts'
import { obeyLines, TIME_HELP } from './sim-time.ts'
import { kept, parseFlags, runCommand, stopped, typed, wholeNumber } from './run-command.ts'

const HELP = `Usage: ${typed('sim', '[flags]')}

Serves a simulated Kubernetes cluster on this machine, over HTTPS, until Ctrl-C.

  --scenario NAME         what happens in the cluster (default disk-pressure); ${typed('scenario', 'list')} shows them
  --manifests PLACE       start from these instead, a file or a folder, on three empty nodes; with --scenario, in its
                          cluster; may be repeated
  --images FILE           how more images behave (packages/fake-kubectl/README.md); may be repeated
  --restore FILE          start from a cluster that was saved: type "save FILE" while it runs
  --seed N                the same seed gives the same cluster (default 1)
  --port N                listen on this port (default: any free one)
  --kubeconfig FILE       where to write the admin's kubeconfig (default .mcp-lab/kubeconfig)
  --speed N               virtual seconds a second (default 1; 0 stands still). While it runs, type
                          ${TIME_HELP}
  --http                  plain HTTP: whoever reaches the port is the admin

  --token LINE            a bearer token, whose it is, and groups: s3cret,alice,alice-uid,"devs,ops"; may be repeated
  --token-auth-file FILE  the same, a line each, as kube-apiserver reads it
  --log FILE|-            append each request to this file, or print it: an audit event a line (NDJSON)
  --faults FILE           what goes wrong, as YAML (packages/fake-kubectl/README.md); read again when it changes

  --no-kubelet            nodes report nothing, no pod runs, and deleted ones stay until their grace is 0
  --no-scheduler          nobody chooses nodes: pods wait for a nodeName, or for a binding
  --no-controllers        Deployments, Jobs, Services and so on are stored, and nothing comes of them
  --no-service-account-admission
                          pods need no service account, and mount no token`

const FLAGS = {
  scenario: { type: 'string' },
  manifests: { type: 'string', multiple: true },
  images: { type: 'string', multiple: true },
  restore: { type: 'string' },
  seed: { type: 'string', default: '1' },
  port: { type: 'string', default: '0' },
  kubeconfig: { type: 'string', default: path.relative('', kept('kubeconfig')) },
  speed: { type: 'string', default: '1' },
  http: { type: 'boolean', default: false },
  token: { type: 'string', multiple: true },
  'token-auth-file': { type: 'string' },
  log: { type: 'string' },
  faults: { type: 'string' },
  'no-kubelet': { type: 'boolean', default: false },
  'no-scheduler': { type: 'boolean', default: false },
  'no-controllers': { type: 'boolean', default: false },
  'no-service-account-admission': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

type Flags = ReturnType<typeof parseFlags<typeof FLAGS>>['values']

await runCommand(async (signal) => {
  const { values, positionals } = parseFlags('sim', HELP, FLAGS)
  if (values.help) return console.log(HELP)
  if (positionals.length > 0) throw new UserError(`"${positionals.join(' ')}" means nothing here.`, HELP)

  const seed = wholeNumber('seed', values.seed, [0, 2 ** 31])
  const port = wholeNumber('port', values.port, [0, 65_535])
  const { scenario, manifests = [], restore } = values
  const started = await startCluster({ scenario, seed, manifests, restore }, optionsOf(values))
  const { cluster } = started
  const beforeEach = values.faults === undefined ? undefined : readFaults(cluster, values.faults)
  const endLog = values.log === undefined ? undefined : writeLog(cluster, values.log)
  const speed = speedOf(values.speed)
  const options = { port, speed, tls: !values.http, ...(beforeEach && { beforeEach }) }
  const server = await listen(cluster, options).catch((fault: Error) => {
    throw new UserError(fault.message, 'Example: --port 0 takes any free one.')
  })
  writeKubeconfig(values.kubeconfig, server.kubeconfig())

  // Where the log goes to stdout, nothing else does.
  const say = values.log === '-' ? console.error : console.log
  say(`The cluster "${started.name}" (seed ${started.seed}) answers at ${server.url}

  kubectl --kubeconfig ${quoted(values.kubeconfig)} get nodes,pods -A

To move its time, type: ${TIME_HELP}
To keep it as it is: save FILE
Ctrl-C stops it.`)
  const endLines = obeyLines(server.time, process.stdin, say, { save: (file) => save(started, file) })
  await stopped(signal)
  endLines()
  await server.close()
  endLog?.()
})

function optionsOf(values: Flags): ClusterOptions {
  return {
    images: (values.images ?? []).flatMap((file) => readImages(file)),
    tokens: readTokens(values.token ?? [], values['token-auth-file']),
    kubelet: !values['no-kubelet'],
    scheduler: !values['no-scheduler'],
    controllers: !values['no-controllers'],
    serviceAccountAdmission: !values['no-service-account-admission'],
  }
}

function speedOf(text: string): number {
  const speed = Number(text)
  if (text.trim() !== '' && Number.isFinite(speed) && speed >= 0) return speed
  throw new UserError(`--speed ${text}: expected a number from 0 up.`, 'Example: --speed 60, a minute a second')
}

function quoted(file: string): string {
  return /\s/.test(file) ? `"${file}"` : file
}
