/**
 * `kubectl config`: the kubeconfig, read and changed. Source: kubectl/pkg/cmd/config.
 */
import type { Command, Context } from '../command.ts'
import { CliFault, throwAll } from '../errors.ts'
import { configPaths } from '../kubeconfig.ts'
import { align, TABLE } from '../tab-writer.ts'
import { byBytes, type Wire } from '../wire.ts'
import { configEntries } from './config-entries.ts'
import { edit, ensured, indexOf, loaded, named, oneArgument } from './config-file.ts'
import { view } from './config-view.ts'

export const config: Command = {
  name: 'config',
  short: 'Modify kubeconfig files',
  commands: [
    {
      name: 'current-context',
      short: 'Display the current-context',
      async run(context) {
        const current = loaded(context)['current-context']
        if (!current) throw new CliFault('current-context is not set')
        context.out(`${current}\n`)
      },
    },
    {
      name: 'get-contexts',
      short: 'Describe one or many contexts',
      usage: '[NAME ...]',
      flags: [
        ['no-headers', '', 'bool', 'false', 'No header line.'],
        ['output', 'o', 'string', '', 'name.'],
      ],
      run: async (context) => getContexts(context),
    },
    {
      name: 'get-clusters',
      short: 'Display clusters defined in the kubeconfig',
      run: async (context) => names(context, 'clusters'),
    },
    {
      name: 'get-users',
      short: 'Display users defined in the kubeconfig',
      run: async (context) => names(context, 'users'),
    },
    {
      name: 'use-context',
      aliases: ['use'],
      short: 'Set the current-context in a kubeconfig file',
      usage: 'NAME',
      run: async (context) => useContext(context),
    },
    {
      name: 'set-context',
      short: 'Set a context entry in kubeconfig',
      usage: '[NAME | --current]',
      flags: [['current', '', 'bool', 'false', 'Change the current context.']],
      run: async (context) => setContext(context),
    },
    {
      name: 'rename-context',
      short: 'Rename a context from the kubeconfig file',
      usage: 'OLD NEW',
      run: async (context) => renameContext(context),
    },
    {
      name: 'delete-context',
      short: 'Delete the specified context from the kubeconfig',
      usage: 'NAME',
      run: async (context) => deleteContext(context),
    },
    ...configEntries,
    view,
  ],
}

function getContexts(context: Context): void {
  const { flags, args, out } = context
  const format = flags.text('output')
  if (!['', 'name'].includes(format)) {
    throw new CliFault(
      `--output ${format} is not available in kubectl config get-contexts; resetting to default output format`,
    )
  }
  const { contexts, 'current-context': current } = loaded(context)
  const wanted =
    args.length === 0 ? contexts.map(({ name }: Wire) => name) : args.filter((name) => named(contexts, name))
  const rows = wanted.sort(byBytes).map((name: string) => {
    const { cluster = '', user = '', namespace = '' } = named(contexts, name).context ?? {}
    return format === 'name' ? name : [name === current ? '*' : ' ', name, cluster, user, namespace].join('\t')
  })
  const header = flags.on('no-headers') || format === 'name' ? [] : ['CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE']
  out(align([...header, ...rows].map((line) => `${line}\n`).join(''), TABLE))
  throwAll(args.filter((name) => !named(contexts, name)).map((name) => new CliFault(`context ${name} not found`)))
}

function names(context: Context, list: 'clusters' | 'users'): void {
  const found: Wire[] = loaded(context)[list]
  const sorted = found.map(({ name }) => name).sort(byBytes)
  context.out(sorted.length === 0 ? `No ${list} found.\n` : ['NAME', ...sorted].map((name) => `${name}\n`).join(''))
}

function useContext(context: Context): void {
  const name = oneArgument(context)
  if (!named(loaded(context).contexts, name))
    throw new CliFault(`no context exists with the name: ${JSON.stringify(name)}`)
  edit(context, (document) => document.set('current-context', name))
  context.out(`Switched to context ${JSON.stringify(name)}.\n`)
}

function setContext(context: Context): void {
  const { flags, args, out } = context
  const found = loaded(context)
  if (args.length > 0 && flags.on('current')) throw new CliFault('you cannot specify both a context name and --current')
  if (args.length === 0 && !flags.on('current'))
    throw new CliFault('you must specify a non-empty context name or --current')
  const name = args[0] ?? found['current-context']
  if (!name) throw new CliFault('no current context is set')
  const existing = named(found.contexts, name)
  const given = ['cluster', 'user', 'namespace'].filter((flag) => flags.given(flag))
  edit(context, (document) => {
    const entry = ensured(document, 'contexts', name)
    for (const flag of given) document.setIn([...entry, 'context', flag], flags.text(flag))
  })
  out(`Context ${JSON.stringify(name)} ${existing ? 'modified' : 'created'}.\n`)
}

function renameContext(context: Context): void {
  const [from = '', to = ''] = context.args
  if (context.args.length !== 2)
    throw new CliFault(`Unexpected args: [${context.args.join(' ')}]\nSee '${context.path} -h' for help and examples`)
  const [file = ''] = configPaths(context.ports, context.flags)
  const { contexts, 'current-context': current } = loaded(context)
  if (!named(contexts, from))
    throw new CliFault(`cannot rename the context ${JSON.stringify(from)}, it's not in ${file}`)
  if (named(contexts, to)) {
    throw new CliFault(
      `cannot rename the context ${JSON.stringify(from)}, the context ${JSON.stringify(to)} already exists in ${file}`,
    )
  }
  edit(context, (document) => {
    document.setIn(['contexts', indexOf(document, 'contexts', from), 'name'], to)
    if (current === from) document.set('current-context', to)
  })
  context.out(`Context ${JSON.stringify(from)} renamed to ${JSON.stringify(to)}.\n`)
}

function deleteContext(context: Context): void {
  const name = oneArgument(context)
  const [file = ''] = configPaths(context.ports, context.flags)
  const { contexts, 'current-context': current } = loaded(context)
  if (!named(contexts, name)) throw new CliFault(`cannot delete context ${name}, not in ${file}`)
  if (current === name) {
    context.err(
      'warning: this removed your active context, use "kubectl config use-context" to select a different one\n',
    )
  }
  edit(context, (document) => document.deleteIn(['contexts', indexOf(document, 'contexts', name)]))
  context.out(`deleted context ${name} from ${file}\n`)
}
