/**
 * Does to a cluster what a scenario's steps say, one after the other.
 */
import type { Cluster } from '@mcp-lab/fake-kubectl'
import { UserError } from '../user-error.ts'
import { kubectl } from './kubectl.ts'
import type { Step } from './schema.ts'
import { wordsOf } from './words.ts'

export type Actor = {
  readonly cluster: Cluster
  /** Whose commands they are; the admin's when absent. */
  readonly token?: string
  /** What was named by `let`. */
  readonly names: Map<string, string>
  /** What was answered so far. */
  answer: string
}

export function actor(cluster: Cluster, token?: string): Actor {
  return { cluster, ...(token !== undefined && { token }), names: new Map(), answer: '' }
}

/** @throws UserError for a command that fails and was not to */
export async function perform(actor: Actor, steps: readonly Step[]): Promise<void> {
  for (const step of steps) await act(actor, step)
}

async function act(actor: Actor, step: Step): Promise<void> {
  const { cluster, names } = actor
  if ('kubectl' in step) {
    const { code, stdout, stderr } = await command(actor, step.kubectl)
    if ((code !== 0) !== (step.fails ?? false))
      throw new UserError(`kubectl ${step.kubectl}: ended with ${code}`, (stderr || stdout).trim())
  } else if ('apply' in step) {
    const { code, stderr } = await kubectl(cluster, ['apply', '-f', '-'], {
      token: actor.token,
      stdin: filled(actor, step.apply),
    })
    if (code !== 0) throw new UserError('kubectl apply failed', stderr.trim())
  } else if ('let' in step) {
    for (const [name, line] of Object.entries(step.let)) {
      const { stdout } = await command(actor, line)
      if (stdout.trim() === '') throw new UserError(`kubectl ${line}: printed nothing`, `${name} needs a value.`)
      names.set(name, stdout.trim())
    }
  } else if ('wait' in step) cluster.advance(step.wait)
  else if ('load' in step) {
    cluster.setLoad(Object.entries(step.load).map(([service, requestsPerSecond]) => ({ service, requestsPerSecond })))
  } else if ('machine' in step) machine(actor, step.machine)
  else actor.answer = [actor.answer, step.answer].filter(Boolean).join('\n')
}

function command(actor: Actor, line: string): ReturnType<typeof kubectl> {
  return kubectl(
    actor.cluster,
    wordsOf(line).map((word) => filled(actor, word)),
    { token: actor.token },
  )
}

type MachineStep = Extract<Step, { machine: unknown }>['machine']

function machine(actor: Actor, { node, usedPercent, kubelet: state }: MachineStep): void {
  const name = filled(actor, node)
  const kubelet = actor.cluster.kubelets.get(name)
  if (!kubelet)
    throw new UserError(`There is no machine "${name}".`, `Machines: ${[...actor.cluster.kubelets.keys()].join(', ')}.`)
  if (state) kubelet.state = state
  if (usedPercent !== undefined) kubelet.disk.usedBytes = Math.round((kubelet.disk.capacityBytes * usedPercent) / 100)
}

function filled({ names }: Actor, text: string): string {
  return text.replaceAll(/\$([A-Z_]+)/g, (whole, name: string) => names.get(name) ?? whole)
}
