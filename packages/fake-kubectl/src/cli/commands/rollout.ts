/**
 * `kubectl rollout`: how a change of pods goes, and back again. Source: kubectl/pkg/cmd/rollout.
 */
import type { Command, Context } from '../command.ts'
import { qualifiedName } from '../discovery.ts'
import { CliFault, throwAll } from '../errors.ts'
import { DRY_RUN, FIELD_MANAGER, FILE_FLAGS, OUTPUT_FLAGS, SELECTOR } from '../flag-rows.ts'
import type { FlagRow } from '../flags.ts'
import { changeAll, infosMeant, type Change } from '../pod-templates.ts'
import { LAST_APPLIED } from '../last-applied.ts'
import { printerFor } from '../printers/printer.ts'
import { infoName, type Info } from '../selection.ts'
import type { Wire } from '../wire.ts'
import { dryRunOf } from '../writing.ts'
import { historyText, objectsOfHistory, rollBack } from './rollout-history.ts'
import { status } from './rollout-status.ts'

const NEVER: FlagRow = ['dry-run', '', 'string', 'none', '', 'unchanged']
const FLAGS: readonly FlagRow[] = [FIELD_MANAGER, SELECTOR, ...FILE_FLAGS, ...OUTPUT_FLAGS]
const RESTARTED = 'kubectl.kubernetes.io/restartedAt'

export const rollout: Command = {
  name: 'rollout',
  short: 'Manage the rollout of a resource',
  commands: [
    {
      name: 'history',
      short: 'View rollout history',
      usage: '(TYPE NAME | TYPE/NAME) [flags]',
      flags: [...FLAGS, ['revision', '', 'int', '0', 'One revision, with its pod template.']],
      run: history,
    },
    {
      name: 'pause',
      short: 'Mark the provided resource as paused',
      usage: 'RESOURCE',
      flags: FLAGS,
      run: (context) => change(context, pausing),
    },
    {
      name: 'restart',
      short: 'Restart a resource',
      usage: 'RESOURCE',
      flags: FLAGS,
      run: (context) => change(context, restarting),
    },
    {
      name: 'resume',
      short: 'Resume a paused resource',
      usage: 'RESOURCE',
      flags: FLAGS,
      run: (context) => change(context, resuming),
    },
    {
      name: 'status',
      short: 'Show the status of the rollout',
      usage: '(TYPE NAME | TYPE/NAME) [flags]',
      flags: [
        SELECTOR,
        ...FILE_FLAGS,
        ['revision', '', 'int', '0', 'Fail if this is not the revision that runs.'],
        ['timeout', '', 'duration', '0s', 'How long to wait; 0 is for ever.'],
        ['watch', 'w', 'bool', 'true', 'Wait until it is done.'],
      ],
      run: status,
    },
    {
      name: 'undo',
      short: 'Undo a previous rollout',
      usage: '(TYPE NAME | TYPE/NAME) [flags]',
      flags: [
        DRY_RUN,
        SELECTOR,
        ...FILE_FLAGS,
        ...OUTPUT_FLAGS,
        ['to-revision', '', 'int', '0', 'Which; 0 is the one before.'],
      ],
      run: undo,
    },
  ],
}

/** @throws CliFault without a resource */
export function demandResource({ args, flags }: Context): void {
  if (args.length === 0 && flags.list('filename').length === 0) throw new CliFault('required resource not specified')
}

async function history(context: Context): Promise<void> {
  demandResource(context)
  const { flags, out } = context
  const revision = flags.number('revision')
  if (revision < 0) throw new CliFault(`revision must be a positive integer: ${revision}`)
  const { infos, faults } = await infosMeant(context, context.args, true)
  for (const info of infos) {
    try {
      if (flags.text('output') !== '') {
        const print = printerFor(context)
        for (const object of await objectsOfHistory(context, info, revision)) out(print(object))
      } else {
        const head = revision > 0 ? `with revision #${revision}` : ''
        const text = await historyText(context, info, revision)
        out(printerFor(context, `${head}\n${text}`)(info.object))
      }
    } catch (fault) {
      faults.push(fault)
    }
  }
  throwAll(faults)
}

type Rollout = (context: Context) => Omit<Change, 'manager' | 'failure'>

async function change(context: Context, rollout: Rollout): Promise<void> {
  demandResource(context)
  const { infos, faults } = await infosMeant(context, context.args, true)
  if (infos.length === 0 && faults.length === 0) {
    return context.err(`No resources found in ${context.connection.namespace} namespace.\n`)
  }
  const about = ({ resource, name }: Info, fault: Error): Error =>
    new CliFault(`error: ${qualifiedName(resource)} ${JSON.stringify(name)} ${fault.message}`)
  const unchanging = { ...context, flags: withoutDryRun(context) }
  const changed = await changeAll(unchanging, infos, {
    about,
    manager: 'kubectl-rollout',
    failure: 'failed to patch: ',
    ...rollout(context),
  })
  throwAll([...faults, ...changed])
}

/** These commands have no --dry-run. */
function withoutDryRun({ flags }: Context): Context['flags'] {
  return { ...flags, text: (name) => (name === NEVER[0] ? 'none' : name === 'local' ? 'false' : flags.text(name)) }
}

const pausing: Rollout = () => ({
  operation: 'paused',
  mutate(object, { resource }) {
    if (resource.kind !== 'Deployment') throw new CliFault('pausing is not supported')
    if (object.spec.paused) throw new CliFault('is already paused')
    object.spec.paused = true
  },
})

const resuming: Rollout = () => ({
  operation: 'resumed',
  mutate(object, { resource }) {
    if (resource.kind !== 'Deployment') throw new CliFault('resuming is not supported')
    if (!object.spec.paused) throw new CliFault('is not paused')
    object.spec.paused = false
  },
})

const restarting: Rollout = ({ ports }) => ({
  operation: 'restarted',
  mutate(object, { resource }) {
    if (!['Deployment', 'DaemonSet', 'StatefulSet'].includes(resource.kind))
      throw new CliFault('restarting is not supported')
    if (object.spec.paused) throw new CliFault("can't restart paused deployment (run rollout resume first)")
    const template: Wire = object.spec.template
    const at = new Date(ports.now()).toISOString().replace(/\.\d+Z$/, 'Z')
    template.metadata = { ...template.metadata, annotations: { ...template.metadata?.annotations, [RESTARTED]: at } }
  },
  unchanged({ name }) {
    throw new CliFault(
      `failed to create patch for ${name}: if restart has already been triggered within the past second, please wait before attempting to trigger another`,
    )
  },
})

async function undo(context: Context): Promise<void> {
  demandResource(context)
  const dryRun = dryRunOf(context)
  const suffix = dryRun === 'none' ? '' : dryRun === 'client' ? ' (dry run)' : ' (server dry run)'
  const { infos, faults } = await infosMeant(context, context.args, true)
  for (const info of infos) {
    try {
      if (info.object.metadata.annotations?.[LAST_APPLIED] !== undefined) {
        context.err(
          `Warning: resource ${infoName(info)} was previously managed with 'kubectl apply'. Rolling back will not update the ${LAST_APPLIED} annotation, which may cause unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration file instead.\n`,
        )
      }
      const result = await rollBack(context, info)
      context.out(printerFor(context, result + suffix)(info.object))
    } catch (fault) {
      faults.push(fault)
    }
  }
  throwAll(faults)
}
