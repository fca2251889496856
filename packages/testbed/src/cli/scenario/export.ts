/** `pnpm scenario export`: a real cluster's state as manifests, to start a simulated one from. */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import { connectCluster } from '../../real-cluster.ts'
import { exportManifests } from '../../export.ts'
import { UserError } from '../../user-error.ts'
import { parseFlags, typed } from '../run-command.ts'

const HELP = `Usage: ${typed('scenario', 'export --out FOLDER [flags]')}

Reads a cluster, and writes what its people have made there as manifests, one file a namespace. Only reads. Secrets keep
their keys and lose their values; what else looks like a secret is replaced, as the MCP server replaces it.

  --out FOLDER       where to write; made when it is not there
  --kubeconfig FILE  the cluster to read (default: the one kubectl would use now)
  --namespace NAME   only this one; may be repeated

Then: ${typed('sim', '--manifests FOLDER')}`

const FLAGS = {
  out: { type: 'string' },
  kubeconfig: { type: 'string' },
  namespace: { type: 'string', short: 'n', multiple: true },
  help: { type: 'boolean', short: 'h', default: false },
} as const

export async function exportCluster(argv: string[]): Promise<void> {
  const { values, positionals } = parseFlags('scenario', HELP, FLAGS, argv)
  if (values.help) return console.log(HELP)
  if (positionals.length > 0) throw new UserError(`"${positionals.join(' ')}" means nothing here.`, HELP)
  if (values.out === undefined)
    throw new UserError('Where to? --out is missing.', `Example: ${typed('scenario', 'export --out my-cluster')}`)
  const { fetch } = await connectCluster(values.kubeconfig)
  const files = await exportManifests(fetch, values.namespace)
  mkdirSync(values.out, { recursive: true })
  for (const [name, objects] of files) {
    writeFileSync(path.join(values.out, `${name}.yaml`), objects.map((object) => stringify(object)).join('---\n'))
  }
  const count = [...files.values()].reduce((sum, objects) => sum + objects.length, 0)
  console.log(
    `${count} objects in ${files.size} ${files.size === 1 ? 'file' : 'files'}, under ${values.out}. Secrets are empty.\n\nNext: ${typed('sim', `--manifests ${values.out}`)}`,
  )
}
