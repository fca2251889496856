/**
 * `kubectl set`: images, resources, service accounts and selectors. Source: kubectl/pkg/cmd/set.
 */
import type { Command, Context } from '../command.ts'
import { CliFault, throwAll } from '../errors.ts'
import { ALL, DRY_RUN, FIELD_MANAGER, FILE_FLAGS, LOCAL, OUTPUT_FLAGS, RECORD, SELECTOR } from '../flag-rows.ts'
import type { FlagRow } from '../flags.ts'
import { amountOf } from '../generators/policy.ts'
import { changeAll, containersNamed, infosMeant, podSpecOf } from '../pod-templates.ts'
import type { Wire } from '../wire.ts'
import { dryRunOf } from '../writing.ts'
import { resourcesAndPairs } from './label.ts'
import { setEnv } from './set-env.ts'

export const SET_FLAGS: readonly FlagRow[] = [
  ALL,
  DRY_RUN,
  FIELD_MANAGER,
  LOCAL,
  RECORD,
  SELECTOR,
  ...FILE_FLAGS,
  ...OUTPUT_FLAGS,
]

export const set: Command = {
  name: 'set',
  short: 'Set specific features on objects',
  commands: [
    setEnv,
    {
      name: 'image',
      short: 'Update the image of a pod template',
      usage: '(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ...',
      flags: SET_FLAGS,
      run: setImage,
    },
    {
      name: 'resources',
      short: 'Update resource requests/limits on objects with pod templates',
      usage: '(-f FILENAME | TYPE NAME) ([--limits=LIMITS & --requests=REQUESTS])',
      flags: [
        ...SET_FLAGS,
        ['containers', 'c', 'string', '*', 'Containers to change.'],
        ['limits', '', 'string', '', 'cpu=100m,memory=256Mi.'],
        ['requests', '', 'string', '', 'cpu=100m,memory=256Mi.'],
      ],
      run: setResources,
    },
    {
      name: 'selector',
      short: 'Set the selector on a resource',
      usage: '(-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]',
      flags: [...SET_FLAGS, ['resource-version', '', 'string', '', 'Only if the object is still at this version.']],
      run: setSelector,
    },
    {
      name: 'serviceaccount',
      aliases: ['sa'],
      short: 'Update the service account of a resource',
      usage: '(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT',
      flags: SET_FLAGS,
      run: setServiceAccount,
    },
  ],
}

/** @throws CliFault for flags that exclude each other */
export function confirmLocal(context: Context): void {
  if (context.flags.on('local') && dryRunOf(context) === 'server') {
    throw new CliFault('cannot specify --local and --dry-run=server - did you mean --dry-run=client?')
  }
}

const NO_RESOURCES = 'one or more resources must be specified as <resource> <name> or <resource>/<name>'

async function setImage(context: Context): Promise<void> {
  const { flags } = context
  const { resources, pairs } = resourcesAndPairs(context.args, 'image')
  const images = new Map(pairs.map((pair) => pair.split(/=(.*)/s).slice(0, 2) as [string, string]))
  const { infos, faults } = await infosMeant(context, resources, flags.on('all'))
  throwAll(faults)
  const wrong: Error[] = []
  if (flags.on('all') && flags.text('selector') !== '')
    wrong.push(new CliFault('cannot set --all and --selector at the same time'))
  if (resources.length === 0 && flags.list('filename').length === 0) wrong.push(new CliFault(NO_RESOURCES))
  if (images.size === 0) wrong.push(new CliFault('at least one image update is required'))
  else if (images.size > 1 && images.has('*')) {
    wrong.push(
      new CliFault(
        'all containers are already specified by *, but saw more than one container_name=container_image pairs',
      ),
    )
  }
  throwAll(wrong)
  confirmLocal(context)
  const unfound: Error[] = []
  const changed = await changeAll(context, infos, {
    mutate(object, info) {
      const spec = podSpecOf(info.resource.kind, object)
      if (!spec)
        throw new CliFault(`the object is not a pod or does not have a pod template: *v1.${info.resource.kind}`)
      for (const [name, image] of images) {
        const found = [...(spec.initContainers ?? []), ...spec.containers].filter(
          (each: Wire) => name === '*' || each.name === name,
        )
        for (const container of found) container.image = image
        if (found.length === 0)
          unfound.push(new CliFault(`error: unable to find container named ${JSON.stringify(name)}`))
      }
    },
    operation: 'image updated',
    manager: 'kubectl-set',
    failure: 'failed to patch image update to pod template: ',
  })
  throwAll([...unfound, ...changed])
}

async function setResources(context: Context): Promise<void> {
  const { flags, args } = context
  if (flags.on('all') && flags.text('selector') !== '')
    throw new CliFault('cannot set --all and --selector at the same time')
  if (flags.text('limits') === '' && flags.text('requests') === '') {
    throw new CliFault('you must specify an update to requests or limits (in the form of --requests/--limits)')
  }
  confirmLocal(context)
  const { infos, faults } = await infosMeant(context, args, flags.on('all'))
  throwAll(faults)
  const [limits, requests] = ['limits', 'requests'].map((flag) =>
    flags.text(flag) === '' ? undefined : Object.fromEntries(flags.text(flag).split(',').map(amountOf)),
  )
  const unfound: Error[] = []
  const changed = await changeAll(context, infos, {
    mutate(object, info) {
      const containers = containersNamed(podSpecOf(info.resource.kind, object), flags.text('containers'))
      if (containers.length === 0)
        unfound.push(new CliFault(`error: unable to find container named ${flags.text('containers')}`))
      for (const container of containers) {
        container.resources ??= {}
        if (limits) container.resources.limits = { ...container.resources.limits, ...limits }
        if (requests) container.resources.requests = { ...container.resources.requests, ...requests }
      }
    },
    operation: 'resource requirements updated',
    manager: 'kubectl-set',
    failure: 'failed to patch resources update to pod template ',
  })
  throwAll([...unfound, ...changed])
}

async function setServiceAccount(context: Context): Promise<void> {
  confirmLocal(context)
  const { args, flags } = context
  const account = args.at(-1)
  if (account === undefined) throw new CliFault('serviceaccount is required')
  const { infos, faults } = await infosMeant(context, args.slice(0, -1), flags.on('all'))
  throwAll(faults)
  const changed = await changeAll(context, infos, {
    mutate(object, info) {
      podSpecOf(info.resource.kind, object).serviceAccountName = account
    },
    operation: 'serviceaccount updated',
    manager: 'kubectl-set',
    failure: 'failed to patch ServiceAccountName ',
  })
  throwAll(changed)
}

async function setSelector(context: Context): Promise<void> {
  confirmLocal(context)
  const { args, flags } = context
  const expression = args.at(-1)
  if (expression === undefined) throw new CliFault('one selector is required')
  const selector = Object.fromEntries(expression.split(',').map((pair) => pair.split(/==?(.*)/s).slice(0, 2)))
  const { infos, faults } = await infosMeant(context, args.slice(0, -1), flags.on('all'))
  throwAll(faults)
  const changed = await changeAll(context, infos, {
    mutate(object, { resource }) {
      if (resource.kind !== 'Service') throw new CliFault('setting a selector is only supported for Services')
      object.spec.selector = selector
    },
    operation: 'selector updated',
    manager: 'kubectl-set',
    failure: '',
    about: (_, fault) => fault,
  })
  throwAll(changed)
}
