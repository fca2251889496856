/**
 * `kubectl set env`: the environment of containers. Source: kubectl/pkg/cmd/set/set_env.go.
 */
import type { Command, Context } from '../command.ts'
import { CliFault, throwAll } from '../errors.ts'
import { ALL, DRY_RUN, FIELD_MANAGER, FILE_FLAGS, LOCAL, OUTPUT_FLAGS, RECORD, SELECTOR } from '../flag-rows.ts'
import { changeAll, containersNamed, infosMeant, podSpecOf } from '../pod-templates.ts'
import { fetchAll, select, type Info } from '../selection.ts'
import type { Wire } from '../wire.ts'
import { dryRunOf } from '../writing.ts'

export const setEnv: Command = {
  name: 'env',
  short: 'Update environment variables on a pod template',
  usage: 'RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N',
  flags: [
    ALL,
    DRY_RUN,
    FIELD_MANAGER,
    LOCAL,
    RECORD,
    SELECTOR,
    ...FILE_FLAGS,
    ...OUTPUT_FLAGS,
    ['containers', 'c', 'string', '*', 'Containers to change.'],
    ['env', 'e', 'array', '', 'KEY=value; may be repeated.'],
    ['from', '', 'string', '', 'ConfigMap or Secret to take variables from.'],
    ['keys', '', 'strings', '', 'With --from: only these keys.'],
    ['list', '', 'bool', 'false', 'Show what there is.'],
    ['overwrite', '', 'bool', 'true', 'Replace values that differ.'],
    ['prefix', '', 'string', '', 'With --from: before each name.'],
    ['resolve', '', 'bool', 'false', 'Declined: references are shown as they are.'],
  ],
  run,
}

type Variable = { name: string; value?: string; valueFrom?: Wire }
type Changes = { set: Variable[]; remove: string[] }

async function run(context: Context): Promise<void> {
  const { flags } = context
  const { resources, specs } = split(context.args)
  validate(context, resources)
  const changes = await changesOf(context, [...flags.list('env'), ...specs])
  const { infos, faults } = await infosMeant(context, resources, flags.on('all'))
  throwAll(faults)
  if (flags.on('list')) return infos.forEach((info) => list(context, info, changes))
  const changed = await changeAll(context, infos, {
    mutate(object, info) {
      const containers = containersNamed(podSpecOf(info.resource.kind, object) ?? {}, flags.text('containers'))
      if (containers.length === 0) {
        context.err(
          `Warning: ${info.resource.kind}/${info.name} does not have any containers matching ${JSON.stringify(flags.text('containers'))}\n`,
        )
      }
      for (const container of containers) {
        const env = updated(context, container.env ?? [], changes)
        if (env.length > 0) container.env = env
        else delete container.env
      }
    },
    operation: 'env updated',
    manager: 'kubectl-set',
    failure: 'failed to patch env update to pod template: ',
  })
  throwAll(changed)
}

/** Resources first, then variables: `A=b`, `A-`, or `-` for those on stdin. */
function split(args: readonly string[]): { resources: string[]; specs: string[] } {
  const isSpec = (arg: string): boolean => /^.+=.*$/s.test(arg) || arg.endsWith('-')
  const first = args.findIndex(isSpec)
  const [resources, specs] = first < 0 ? [[...args], []] : [args.slice(0, first), args.slice(first)]
  if (specs.every(isSpec)) return { resources, specs }
  throw new CliFault(`all resources must be specified before environment changes: ${args.join(' ')}`)
}

function validate(context: Context, resources: readonly string[]): void {
  const { flags } = context
  if (flags.on('all') && flags.text('selector') !== '')
    throw new CliFault('cannot set --all and --selector at the same time')
  if (flags.on('local') && dryRunOf(context) === 'server') {
    throw new CliFault('cannot specify --local and --dry-run=server - did you mean --dry-run=client?')
  }
  if (resources.length === 0 && flags.list('filename').length === 0) {
    throw new CliFault('one or more resources must be specified as <resource> <name> or <resource>/<name>')
  }
  if (flags.on('list') && flags.text('output') !== '')
    throw new CliFault('--list and --output may not be specified together')
  if (flags.list('keys').length > 0 && flags.text('from') === '') {
    throw new CliFault('when specifying --keys, a configmap or secret must be provided with --from')
  }
  if (flags.on('resolve')) throw new CliFault('the fake kubectl does not resolve references; use the stock kubectl')
}

async function changesOf(context: Context, specs: readonly string[]): Promise<Changes> {
  const set: Variable[] = []
  const remove: string[] = []
  for (const spec of specs) {
    if (spec === '-') set.push(...fromText(await context.ports.stdin()))
    else if (spec.includes('=')) set.push(variable(spec))
    else remove.push(spec.slice(0, -1))
  }
  if (remove.some((name) => set.some((each) => each.name === name))) {
    throw new CliFault('can not both modify and remove the same environment variable in the same command')
  }
  if (context.flags.text('from') !== '') set.push(...(await fromObject(context)))
  const prefix = context.flags.text('prefix')
  return { set: set.map((each) => ({ ...each, name: prefix + each.name })), remove }
}

function variable(spec: string): Variable {
  const [name = '', value = ''] = spec.split(/=(.*)/s)
  if (/^[ -<>-~]+$/.test(name)) return { name, value }
  throw new CliFault(
    `${JSON.stringify(name)} is not a valid key name: a valid environment variable name must consist only of printable ASCII characters other than '='`,
  )
}

function fromText(text: string): Variable[] {
  const lines = text.split('\n').map((line) => line.split('#')[0]!)
  return lines
    .filter((line) => line.includes('='))
    .map((line) => {
      const [name = '', value = ''] = line.split(/=(.*)/s)
      return { name, value }
    })
}

async function fromObject({ flags, client, discovery, connection, err }: Context): Promise<Variable[]> {
  const infos = await fetchAll(
    client,
    await select(discovery, { args: [flags.text('from')], namespace: connection.namespace }),
  )
  const wanted = flags.list('keys')
  return infos.flatMap(({ resource, name, object }) => {
    const reference = { Secret: 'secretKeyRef', ConfigMap: 'configMapKeyRef' }[resource.kind]
    if (!reference) throw new CliFault('unsupported resource specified in --from')
    const keys = Object.keys(object.data ?? {}).filter((key) => wanted.length === 0 || wanted.includes(key))
    return keys.sort().map((key) => ({ name: envName(key, err), valueFrom: { [reference]: { name, key } } }))
  })
}

function envName(key: string, err: Context['err']): string {
  const name = key.replaceAll(/[^a-zA-Z0-9_]/g, '_').toUpperCase()
  if (name !== key) err(`Warning: key ${key} transferred to ${name}\n`)
  return name
}

function updated({ flags }: Context, existing: readonly Variable[], { set, remove }: Changes): Variable[] {
  if (!flags.on('overwrite')) {
    const clash = existing.find(({ name, value }) => set.some((each) => each.name === name && each.value !== value))
    if (clash)
      throw new CliFault(`'${clash.name}' already has a value (${clash.value ?? ''}), and --overwrite is false`)
  }
  const kept = existing
    .filter(({ name }) => !remove.includes(name))
    .map((each) => set.find(({ name }) => name === each.name) ?? each)
  const added = set.filter(
    ({ name }, i) => !existing.some((each) => each.name === name) && set.findIndex((each) => each.name === name) === i,
  )
  return [...kept, ...added]
}

function list(context: Context, { resource, name, object }: Info, changes: Changes): void {
  for (const container of containersNamed(podSpecOf(resource.kind, object) ?? {}, context.flags.text('containers'))) {
    context.out(`# ${resource.kind} ${name}, container ${container.name}\n`)
    for (const each of updated(context, container.env ?? [], changes)) {
      context.out(
        each.valueFrom
          ? `# ${each.name} from ${referenceText(each.valueFrom)}\n`
          : `${each.name}=${each.value ?? ''}\n`,
      )
    }
  }
}

function referenceText({ configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef }: Wire): string {
  if (configMapKeyRef) return `configmap ${configMapKeyRef.name}, key ${configMapKeyRef.key}`
  if (secretKeyRef) return `secret ${secretKeyRef.name}, key ${secretKeyRef.key}`
  if (fieldRef) return `field path ${fieldRef.fieldPath}`
  const container = resourceFieldRef?.containerName ? `${resourceFieldRef.containerName}/` : ''
  return resourceFieldRef ? `resource field ${container}${resourceFieldRef.resource}` : 'invalid valueFrom'
}
