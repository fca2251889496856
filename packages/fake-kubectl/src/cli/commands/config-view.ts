/**
 * `kubectl config view`: the kubeconfig in effect, without its secrets. Source: kubectl/pkg/cmd/config/view.go.
 */
import type { Command, Context } from '../command.ts'
import { CliFault } from '../errors.ts'
import { OUTPUT_FLAGS } from '../flag-rows.ts'
import { loadConfig, readConfigFiles } from '../kubeconfig.ts'
import { jsonText } from '../printers/json.ts'
import { printerFor } from '../printers/printer.ts'
import { yamlText } from '../printers/yaml.ts'
import { byBytes, type Wire } from '../wire.ts'
import { refuseArguments } from './api-resources.ts'

export const view: Command = {
  name: 'view',
  short: 'Display merged kubeconfig settings or a specified kubeconfig file',
  flags: [
    ...OUTPUT_FLAGS,
    ['flatten', '', 'bool', 'false', 'Declined: use the stock kubectl.'],
    ['merge', '', 'bool', 'true', 'Taken and not used: files are always merged.'],
    ['minify', '', 'bool', 'false', 'Only what the current context uses.'],
    ['raw', '', 'bool', 'false', 'With its secrets.'],
  ],
  async run(context) {
    refuseArguments(context)
    const { flags, ports } = context
    if (flags.on('flatten')) throw new CliFault('the fake kubectl does not flatten a kubeconfig; use the stock kubectl')
    const config = loadConfig(readConfigFiles(ports, flags))
    const shown = ordered(flags.on('minify') ? minified(context, config) : config, flags.on('raw'))
    const format = flags.text('output') || 'yaml'
    if (format === 'yaml' && flags.text('template') === '') context.out(yamlText(shown))
    else context.out(format === 'json' ? jsonText(shown, { sorted: false }) : printerFor(context)(shown))
  },
}

function minified({ flags }: Context, config: Wire): Wire {
  const current = flags.text('context') || config['current-context']
  if (!current) throw new CliFault('current-context must exist in order to minify')
  const context = config.contexts.find(({ name }: Wire) => name === current)
  if (!context) throw new CliFault(`cannot locate context ${current}`)
  const only = (list: Wire[], name: string): Wire[] => list.filter((entry) => entry.name === name)
  return {
    ...config,
    'current-context': current,
    contexts: [context],
    clusters: only(config.clusters, context.context?.cluster),
    users: only(config.users, context.context?.user),
  }
}

/** Fields in the order of kubectl's types; lists by name; secrets blotted out. */
function ordered(config: Wire, raw: boolean): Wire {
  const list = (entries: Wire[], field: string): Wire[] =>
    entries
      .toSorted((a, b) => byBytes(a.name, b.name))
      .map((entry) => ({ name: entry.name, [field]: blotted(entry[field] ?? {}, raw) }))
  return {
    kind: 'Config',
    apiVersion: 'v1',
    clusters: orNull(list(config.clusters, 'cluster')),
    users: orNull(list(config.users, 'user')),
    contexts: orNull(list(config.contexts, 'context')),
    'current-context': config['current-context'],
  }
}

function orNull(list: Wire[]): Wire {
  return list.length === 0 ? null : list
}

const FIELDS = [
  'server',
  'tls-server-name',
  'insecure-skip-tls-verify',
  'certificate-authority',
  'certificate-authority-data',
  'client-certificate',
  'client-certificate-data',
  'client-key',
  'client-key-data',
  'token',
  'tokenFile',
  'as',
  'as-uid',
  'as-groups',
  'username',
  'password',
  'cluster',
  'user',
  'namespace',
]
const OMITTED = ['certificate-authority-data', 'client-certificate-data', 'client-key-data']
const REDACTED = ['token', 'password']

function blotted(fields: Wire, raw: boolean): Wire {
  const known = FIELDS.filter((name) => fields[name] !== undefined && fields[name] !== false)
  const others = Object.keys(fields).filter((name) => !FIELDS.includes(name))
  const shown = (name: string): unknown => {
    if (raw) return fields[name]
    if (OMITTED.includes(name)) return 'DATA+OMITTED'
    return REDACTED.includes(name) ? 'REDACTED' : fields[name]
  }
  return Object.fromEntries([...known, ...others].map((name) => [name, shown(name)]))
}
