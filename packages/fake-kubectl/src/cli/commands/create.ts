/**
 * `kubectl create`: objects from files, and those that a generator makes from flags. Source: kubectl/pkg/cmd/create/create.go.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { manifestsOf, type Command, type Context } from '../command.ts'
import { pathOf } from '../discovery.ts'
import { CliFault, throwAll } from '../errors.ts'
import { DRY_RUN, FIELD_MANAGER, FILE_FLAGS, OUTPUT_FLAGS, SAVE_CONFIG, SELECTOR, VALIDATE } from '../flag-rows.ts'
import { configMap, secretGenerators } from '../generators/config.ts'
import { generatorCommand } from '../generators/generator.ts'
import { ingress, serviceGenerators } from '../generators/network.ts'
import { budget, namespace, priorityClass, quota, serviceAccount } from '../generators/policy.ts'
import { clusterRole, clusterRoleBinding, role, roleBinding } from '../generators/rbac.ts'
import { cronJob, deployment, job } from '../generators/workloads.ts'
import { select, type Named } from '../selection.ts'
import { donePrinter, dryRunOf, fieldValidation, withSource, writeQuery } from '../writing.ts'
import { annotated } from '../last-applied.ts'
import { createToken } from './create-token.ts'

const GENERATORS = [
  clusterRole,
  clusterRoleBinding,
  configMap,
  cronJob,
  deployment,
  ingress,
  job,
  namespace,
  budget,
  priorityClass,
  quota,
  role,
  roleBinding,
  serviceAccount,
]

export const create: Command = {
  name: 'create',
  short: 'Create a resource from a file or from stdin',
  usage: '-f FILENAME',
  commands: [
    ...GENERATORS.map(generatorCommand),
    {
      name: 'secret',
      short: 'Create a secret using a specified subcommand',
      commands: secretGenerators.map(generatorCommand),
    },
    {
      name: 'service',
      aliases: ['svc'],
      short: 'Create a service using a specified subcommand',
      commands: serviceGenerators.map(generatorCommand),
    },
    createToken,
  ],
  flags: [
    DRY_RUN,
    FIELD_MANAGER,
    SAVE_CONFIG,
    SELECTOR,
    VALIDATE,
    ...FILE_FLAGS,
    ...OUTPUT_FLAGS,
    ['edit', '', 'bool', 'false', 'Declined: use the stock kubectl.'],
    ['raw', '', 'string', '', 'Path to post the file to.'],
    ['windows-line-endings', '', 'bool', 'false', 'Taken and not used.'],
  ],
  async run(context) {
    const { flags, args, discovery, connection } = context
    if (flags.text('kustomize') !== '') throw new CliFault('the fake kubectl has no kustomize; use the stock kubectl')
    if (args.length > 0)
      throw new CliFault(`Unexpected args: [${args.join(' ')}]\nSee '${context.path} -h' for help and examples`)
    if (flags.list('filename').length === 0) throw new CliFault('must specify one of -f and -k')
    if (flags.on('edit')) throw new CliFault('the fake kubectl does not edit; use the stock kubectl')
    if (flags.text('raw') !== '') return raw(context)
    const done = donePrinter(context)
    fieldValidation(context)
    const manifests = (await manifestsOf(context)) ?? []
    const { named } = await select(discovery, {
      args,
      manifests,
      namespace: connection.namespace,
      labels: flags.text('selector'),
    })
    const faults: unknown[] = []
    for (const each of named)
      await createOne(context, each).then(
        (object) => done(object, 'created'),
        (fault) => faults.push(fault),
      )
    throwAll(faults)
    if (named.length === 0) throw new CliFault('no objects passed to create')
  },
}

async function createOne(context: Context, named: Named): Promise<unknown> {
  const object = context.flags.on('save-config') ? annotated(named.object) : named.object
  if (dryRunOf(context) === 'client') return object
  const query = writeQuery(context, 'kubectl-create', { fieldValidation: fieldValidation(context) })
  return context.client
    .json('POST', pathOf(named.resource, { namespace: named.namespace }), { body: object, query })
    .catch((fault) => Promise.reject(withSource(fault, 'creating', named.source)))
}

async function raw({ flags, ports, client, out }: Context): Promise<void> {
  const [file = ''] = flags.list('filename')
  const body = file === '-' ? await ports.stdin() : readFileSync(path.resolve(ports.cwd, file), 'utf8')
  out(await (await client.raw('POST', flags.text('raw'), { body })).text())
}
