/**
 * `kubectl exec` and `attach`: programs in containers. Source: kubectl/pkg/cmd/exec, pkg/cmd/attach.
 */
import { converse, type Session } from '../channels.ts'
import { manifestsOf, type Command, type Context } from '../command.ts'
import { CliFault } from '../errors.ts'
import { FILE_FLAGS } from '../flag-rows.ts'
import type { FlagRow } from '../flags.ts'
import { containerNames, defaultContainer, firstPods, pathOfContainer } from '../pods.ts'
import { fetchAll, select } from '../selection.ts'
import type { Wire } from '../wire.ts'

const FLAGS: readonly FlagRow[] = [
  ['container', 'c', 'string', '', 'The container.'],
  ['quiet', 'q', 'bool', 'false', 'Print only what the program prints.'],
  ['stdin', 'i', 'bool', 'false', 'Pass standard input on.'],
  ['tty', 't', 'bool', 'false', 'Standard input is a terminal.'],
]

export const exec: Command = {
  name: 'exec',
  short: 'Execute a command in a container',
  usage: '(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]',
  flags: [
    ...FILE_FLAGS.filter(([name]) => name === 'filename'),
    ...FLAGS,
    ['pod-running-timeout', '', 'duration', '1m0s', 'How long to wait for a pod.'],
  ],
  async run(context) {
    const { args, dashAt, path, flags } = context
    const files = flags.list('filename').length
    if (dashAt < 0 && (args.length > 1 || (args.length > 0 && files > 0))) {
      throw new CliFault(
        `exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee '${path} -h' for help and examples`,
      )
    }
    const named = dashAt === 0 ? undefined : args[0]
    const command = dashAt < 0 ? [] : args.slice(dashAt)
    if (named === undefined && files === 0) throw new CliFault('pod, type/name or --filename must be specified')
    if (command.length === 0) throw new CliFault('you must specify at least one command for the container')
    const pod = await podMeant(context, named, 'exec into')
    if (['Succeeded', 'Failed'].includes(pod.status?.phase)) {
      throw new CliFault(`cannot exec into a container in a completed pod; current phase is ${pod.status.phase}`)
    }
    await inTerminal(context, pod, {
      ...streams(context),
      container: containerMeant(context, pod, context.flags.on('quiet')),
      command,
    })
  },
}

export const attach: Command = {
  name: 'attach',
  short: 'Attach to a running container',
  usage: '(POD | TYPE/NAME) -c CONTAINER',
  flags: [['pod-running-timeout', '', 'duration', '1m0s', 'How long to wait for a pod.'], ...FLAGS],
  async run(context) {
    const { args, path } = context
    const usage = (text: string): CliFault => new CliFault(`${text}\nSee '${path} -h' for help and examples`)
    if (args.length === 0) throw new CliFault('at least 1 argument is required for attach')
    if (args.length > 2)
      throw usage(
        `expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}: [${args.join(' ')}]`,
      )
    const pod = await podMeant(context, args.length === 2 ? `${args[0]}/${args[1]}` : args[0], 'attach to')
    if (['Succeeded', 'Failed'].includes(pod.status?.phase)) {
      throw new CliFault(`cannot attach a container in a completed pod; current phase is ${pod.status.phase}`)
    }
    await attachTo(context, pod, containerMeant(context, pod, context.flags.on('quiet')))
  },
}

/** Shows what the container prints from now on, and passes input on when that is wanted. */
export async function attachTo(context: Context, pod: Wire, container: string): Promise<void> {
  const session = streams(context)
  if (session.tty && !context.flags.on('quiet')) {
    context.err("If you don't see a command prompt, try pressing enter.\n")
  }
  await inTerminal(context, pod, { ...session, container })
}

async function podMeant(context: Context, named: string | undefined, doing: string): Promise<Wire> {
  return (await podAndOwner(context, named, doing)).pod
}

/** A pod, or the best one behind what is named. */
export async function podAndOwner(
  context: Context,
  named: string | undefined,
  doing = 'forward to',
): Promise<{ pod: Wire; owner: Wire }> {
  const { client, discovery, connection, flags } = context
  const manifests = doing === 'exec into' ? await manifestsOf(context) : undefined
  const args = named === undefined ? [] : named.includes('/') ? [named] : ['pods', named]
  const query = { args, namespace: connection.namespace, ...(manifests && { manifests }) }
  const infos = await fetchAll(client, await select(discovery, query))
  if (infos.length > 1) throw new CliFault(`cannot ${doing} multiple objects at a time`)
  const { object, resource } = infos[0]!
  const owner = { ...object, kind: resource.kind }
  if (resource.kind === 'Pod') return { pod: object, owner }
  const pods = await firstPods(context, owner, flags.duration('pod-running-timeout'), 'attach to')
  return { pod: pods[0]!, owner }
}

/** The one that is asked for, or the first. */
export function containerMeant(context: Context, pod: Wire, quiet: boolean): string {
  const asked = context.flags.text('container')
  if (asked === '') return defaultContainer(context, pod, !quiet)
  if (pathOfContainer(pod, asked) !== undefined) return asked
  throw new CliFault(`container ${asked} is not valid for pod ${pod.metadata.name} out of: ${containerNames(pod)}`)
}

/** A terminal is one only when standard input is wanted, and is one. */
function streams({ flags, ports, err }: Context): Pick<Session, 'stdin' | 'tty'> {
  const stdin = flags.on('stdin')
  const wanted = stdin && flags.on('tty')
  if (wanted && !ports.terminal && !flags.on('quiet')) {
    err('Unable to use a TTY - input is not a terminal or the right kind of file\n')
  }
  return { stdin, tty: wanted && ports.terminal !== undefined }
}

async function inTerminal(context: Context, pod: Wire, session: Session): Promise<void> {
  const { ports } = context
  const decoder = new TextDecoder()
  const sink = {
    stdout: (bytes: Uint8Array) => ports.stdout(bytes),
    stderr: (bytes: Uint8Array) => ports.stderr(decoder.decode(bytes, { stream: true })),
    input: ports.input?.() ?? once(ports.stdin),
  }
  if (session.tty) ports.terminal?.raw(true)
  try {
    await converse(context, pod, session, sink)
  } finally {
    if (session.tty) ports.terminal?.raw(false)
  }
}

async function* once(text: () => Promise<string>): AsyncGenerator<Uint8Array> {
  yield Buffer.from(await text())
}
