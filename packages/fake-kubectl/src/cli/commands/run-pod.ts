/**
 * `kubectl run`: one pod from an image. Source: kubectl/pkg/cmd/run/run.go, pkg/generate/versioned/run.go.
 */
import { isFields } from '../../api/meta.ts'
import { jsonPatch } from '../../api/patch/json.ts'
import { mergePatch } from '../../api/patch/merge.ts'
import type { Command, Context } from '../command.ts'
import { pathOf } from '../discovery.ts'
import { CliFault } from '../errors.ts'
import { DRY_RUN, FIELD_MANAGER, OUTPUT_FLAGS, RECORD, SAVE_CONFIG } from '../flag-rows.ts'
import type { FlagRow } from '../flags.ts'
import { annotated } from '../last-applied.ts'
import type { Wire } from '../wire.ts'
import { donePrinter, dryRunOf, typedOrder, writeQuery } from '../writing.ts'
import { patchedLocally } from './patch-local.ts'

export const OVERRIDE_FLAGS: readonly FlagRow[] = [
  ['override-type', '', 'string', '', 'merge, strategic or json.'],
  ['overrides', '', 'string', '', 'JSON to patch the made object with.'],
]

export const runPod: Command = {
  name: 'run',
  short: 'Run a particular image on the cluster',
  usage: 'NAME --image=image [--env="key=value"] [--port=port] [--command] -- [COMMAND] [args...]',
  flags: [
    DRY_RUN,
    FIELD_MANAGER,
    RECORD,
    SAVE_CONFIG,
    ...OUTPUT_FLAGS,
    ...OVERRIDE_FLAGS,
    ['annotations', '', 'array', '', 'key=value; may be repeated.'],
    ['attach', '', 'bool', 'false', 'Declined: use the stock kubectl.'],
    ['command', '', 'bool', 'false', 'What follows -- is the command, not its arguments.'],
    ['env', '', 'array', '', 'KEY=value; may be repeated.'],
    ['expose', '', 'bool', 'false', 'Create a service, too.'],
    ['image', '', 'string', '', 'Image.'],
    ['image-pull-policy', '', 'string', '', 'Always, IfNotPresent or Never.'],
    ['labels', 'l', 'string', '', 'key=value, with commas between.'],
    ['leave-stdin-open', '', 'bool', 'false', 'Declined.'],
    ['pod-running-timeout', '', 'duration', '1m0s', 'Taken and not used.'],
    ['port', '', 'string', '', 'Port that the container listens on.'],
    ['privileged', '', 'bool', 'false', 'Run privileged.'],
    ['quiet', 'q', 'bool', 'false', 'Taken and not used.'],
    ['restart', '', 'string', 'Always', 'Always, OnFailure or Never.'],
    ['rm', '', 'bool', 'false', 'Declined: use the stock kubectl.'],
    ['stdin', 'i', 'bool', 'false', 'Declined: use the stock kubectl.'],
    ['tty', 't', 'bool', 'false', 'Declined: use the stock kubectl.'],
  ],
  async run(context) {
    const name = validate(context)
    const done = donePrinter(context, { typed: true })
    const pod = overridden(context, podOf(context, name))
    const made = await make(context, pod, 'pods', 'kubectl-run')
    if (context.flags.on('expose')) {
      done(await make(context, serviceOf(context, name, pod), 'services', 'kubectl-run'), 'created')
      // Each of the two separates itself from the other.
      if (context.flags.text('output') === 'yaml') context.out('---\n')
    }
    done(made, 'created')
  },
}

const IMAGE =
  /^[a-zA-Z0-9]([\w.:-]*[a-zA-Z0-9])?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[\w][\w.-]{0,127})?(@[A-Za-z][\w.+-]*:[0-9a-fA-F]{32,})?$/

function validate(context: Context): string {
  const { flags, args, dashAt, path } = context
  const usage = (text: string): CliFault => new CliFault(`${text}\nSee '${path} -h' for help and examples`)
  if (!flags.given('image')) throw new CliFault('required flag(s) "image" not set')
  const [name] = args
  if (name === undefined || dashAt === 0) throw usage('NAME is required for run')
  const image = flags.text('image')
  if (image === '') throw new CliFault('--image is required')
  if (!IMAGE.test(image)) throw new CliFault(`Invalid image name ${JSON.stringify(image)}: invalid reference format`)
  if (flags.on('tty') && !flags.on('stdin')) throw usage('-i/--stdin is required for containers with -t/--tty=true')
  if (flags.on('expose') && flags.text('port') === '') throw usage('--port must be set when exposing a service')
  if (!['Always', 'OnFailure', 'Never', ''].includes(flags.text('restart')))
    throw usage(`invalid restart policy: ${flags.text('restart')}`)
  if (flags.on('attach') || flags.on('stdin')) {
    if (dryRunOf(context) !== 'none') {
      throw usage(
        "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
      )
    }
    throw new CliFault(
      'the fake kubectl does not attach to a pod it runs; run it without -i and --attach, then use logs, or use the stock kubectl',
    )
  }
  if (flags.on('rm')) throw usage('--rm should only be used for attached containers')
  const policy = flags.text('image-pull-policy')
  if (!['', 'Always', 'IfNotPresent', 'Never'].includes(policy)) throw usage(`invalid image pull policy: ${policy}`)
  return name
}

function podOf({ flags, args }: Context, name: string): Wire {
  const words = args.slice(1)
  const env = flags.list('env').map((text) => {
    const [key = '', value] = text.split(/=(.*)/s)
    if (value === undefined || key === '') throw new CliFault(`invalid env: ${text}`)
    return { name: key, value }
  })
  const annotations = flags.list('annotations').map((text) => text.split(/=(.*)/s).slice(0, 2))
  const port = flags.text('port')
  if (!/^[+-]?\d*$/.test(port)) throw new CliFault(`strconv.Atoi: parsing ${JSON.stringify(port)}: invalid syntax`)
  const container = {
    name,
    image: flags.text('image'),
    ...(words.length > 0 && { [flags.on('command') ? 'command' : 'args']: words }),
    ...(port !== '' && { ports: [{ containerPort: Number(port) }] }),
    ...(env.length > 0 && { env }),
    resources: {},
    ...(flags.text('image-pull-policy') !== '' && { imagePullPolicy: flags.text('image-pull-policy') }),
    ...(flags.on('privileged') && { securityContext: { privileged: true } }),
  }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      labels: labelsOf(flags.text('labels'), { run: name }),
      ...(annotations.length > 0 && { annotations: Object.fromEntries(annotations) }),
    },
    spec: { containers: [container], restartPolicy: flags.text('restart') || 'Always', dnsPolicy: 'ClusterFirst' },
    status: {},
  }
}

export function labelsOf(text: string, none: Record<string, string>): Record<string, string> {
  if (text === '') return none
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const [key = '', value] = pair.split('=')
      if (value === undefined) throw new CliFault(`unexpected label spec: ${pair}`)
      if (key === '') throw new CliFault('unexpected empty label key')
      return [key, value]
    }),
  )
}

function serviceOf({ flags }: Context, name: string, pod: Wire): Wire {
  const port = Number(flags.text('port'))
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { ports: [{ protocol: 'TCP', port, targetPort: port }], selector: pod.metadata.labels },
    status: { loadBalancer: {} },
  }
}

/** The object as --overrides changes it. */
export function overridden({ flags }: Context, object: Wire): Wire {
  const text = flags.text('overrides')
  if (text === '') return object
  let patch: unknown
  try {
    patch = JSON.parse(text)
  } catch {
    throw new CliFault(flags.text('override-type') === 'strategic' ? 'invalid JSON document' : 'Invalid JSON Patch')
  }
  const type = flags.text('override-type') || 'merge'
  if (type === 'json') return jsonPatch(object, patch)
  if (type === 'merge' || !isFields(patch)) return mergePatch(object, patch)
  if (type === 'strategic')
    return patchedLocally({ group: '', version: 'v1', kind: object.kind } as never, object, patch)
  throw new CliFault(`invalid override type: ${type}`)
}

/** Creates the object, or only shows what would be. */
export async function make(context: Context, object: Wire, plural: string, manager: string): Promise<Wire> {
  const { client, connection, flags } = context
  const { namespace, explicitNamespace } = connection
  if (dryRunOf(context) === 'client') {
    return typedOrder(explicitNamespace ? { ...object, metadata: { ...object.metadata, namespace } } : object)
  }
  const body = flags.on('save-config') ? annotated(object) : object
  const path = pathOf({ group: '', version: 'v1', plural, namespaced: true }, { namespace })
  return typedOrder(await client.json('POST', path, { body, query: writeQuery(context, manager) }))
}
