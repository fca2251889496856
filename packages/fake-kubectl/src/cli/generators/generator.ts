/**
 * A generator makes one object from flags: `kubectl create deployment web --image=nginx`.
 * Source: kubectl/pkg/cmd/create.
 */
import type { Command, Context } from '../command.ts'
import { pathOf, type Resource } from '../discovery.ts'
import { CliFault } from '../errors.ts'
import { DRY_RUN, FIELD_MANAGER, OUTPUT_FLAGS, SAVE_CONFIG, VALIDATE } from '../flag-rows.ts'
import type { FlagRow } from '../flags.ts'
import { annotated } from '../last-applied.ts'
import type { Wire } from '../wire.ts'
import { donePrinter, dryRunOf, fieldValidation, typedOrder, writeQuery } from '../writing.ts'

type Where = Pick<Resource, 'group' | 'version' | 'plural' | 'namespaced'>

export type Generator = {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly short: string
  readonly usage: string
  readonly flags: readonly FlagRow[]
  readonly resource: Where
  /** What stands before the server's refusal; nothing when absent. */
  readonly failure?: string
  /** The object, without its namespace. */
  make(context: Context, name: string): Wire | Promise<Wire>
}

export function generatorCommand(generator: Generator): Command {
  const { name, short, usage, flags, aliases } = generator
  return {
    name,
    short,
    usage,
    ...(aliases && { aliases }),
    flags: [...flags, DRY_RUN, FIELD_MANAGER, SAVE_CONFIG, VALIDATE, ...OUTPUT_FLAGS],
    run: (context) => generate(context, generator),
  }
}

async function generate(context: Context, generator: Generator): Promise<void> {
  const name = nameIn(context)
  const done = donePrinter(context, { typed: true })
  const validation = fieldValidation(context)
  const made = await generator.make(context, name)
  const object = context.flags.on('save-config') ? annotated(made) : made
  const { resource, failure } = generator
  const { namespace, explicitNamespace } = context.connection
  const placed =
    resource.namespaced && explicitNamespace ? { ...object, metadata: { ...object.metadata, namespace } } : object
  if (dryRunOf(context) === 'client') return done(typedOrder(placed), 'created')
  const query = writeQuery(context, 'kubectl-create', { fieldValidation: validation })
  const created = await context.client
    .json('POST', pathOf(resource, { namespace }), { body: placed, query })
    .catch((fault) => {
      throw failure === undefined ? fault : new CliFault(`${failure}${(fault as Error).message}`)
    })
  done(typedOrder(created), 'created')
}

/** The one argument before `--`. */
export function nameIn({ args, dashAt, path }: Context): string {
  const count = dashAt < 0 ? args.length : dashAt
  if (count === 1) return args[0]!
  throw new CliFault(`exactly one NAME is required, got ${count}\nSee '${path} -h' for help and examples`)
}

/** What stands behind `--`. */
export function commandIn({ args, dashAt }: Context): readonly string[] {
  return args.slice(dashAt < 0 ? 1 : dashAt)
}

/** @throws CliFault unless all of these flags have a value */
export function demand({ flags }: Context, ...names: readonly string[]): void {
  const missing = names.filter((name) => !flags.given(name)).map((name) => `"${name}"`)
  if (missing.length > 0) throw new CliFault(`required flag(s) ${missing.join(', ')} not set`)
}
