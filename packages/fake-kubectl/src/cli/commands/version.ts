/**
 * `kubectl version`: which kubectl this stands for, and which server it speaks to. Source: kubectl/pkg/cmd/version.
 */
import type { Command } from '../command.ts'
import { CliFault } from '../errors.ts'
import { yamlText } from '../printers/yaml.ts'
import type { Wire } from '../wire.ts'

/** The release whose commands and texts these are; what tells of a build is not there, since nobody built it. */
const CLIENT = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.3',
  gitCommit: '',
  gitTreeState: '',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: 'mcp-lab fake-kubectl',
  platform: '',
}
const KUSTOMIZE = 'v5.8.1'

export const version: Command = {
  name: 'version',
  short: 'Print the client and server version information',
  flags: [
    ['client', '', 'bool', 'false', "The client's version only."],
    ['output', 'o', 'string', '', 'yaml or json.'],
  ],
  async run({ flags, args, client, out, err }) {
    if (args.length > 0) throw new CliFault(`extra arguments: [${args.join(' ')}]`)
    const format = flags.text('output')
    if (!['', 'yaml', 'json'].includes(format)) throw new CliFault("--output must be 'yaml' or 'json'")
    let fault: unknown
    const server: Wire = flags.on('client')
      ? undefined
      : await client.json('GET', '/version').catch((it) => void (fault = it))
    const info = { clientVersion: CLIENT, kustomizeVersion: KUSTOMIZE, ...(server && { serverVersion: server }) }
    if (format === 'json') out(`${JSON.stringify(info, null, 2)}\n`)
    else if (format === 'yaml') out(`${yamlText(info)}\n`)
    else
      out(
        `Client Version: ${CLIENT.gitVersion}\nKustomize Version: ${KUSTOMIZE}\n${server ? `Server Version: ${server.gitVersion}\n` : ''}`,
      )
    const skew = server && skewWarning(server)
    if (skew) err(`Warning: ${skew}\n`)
    if (fault !== undefined) throw fault
  },
}

function skewWarning({ major, minor, gitVersion }: Wire): string | undefined {
  const apart = Math.abs(Number.parseInt(minor, 10) - Number(CLIENT.minor))
  if (major === CLIENT.major && apart <= 1) return undefined
  const [mine, its] = [CLIENT.gitVersion, gitVersion].map((text: string) => /\d+\.\d+/.exec(text)?.[0] ?? text)
  return `version difference between client (${mine}) and server (${its}) exceeds the supported minor version skew of +/-1`
}
