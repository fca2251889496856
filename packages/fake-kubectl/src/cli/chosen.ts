/** What a command's arguments, files and flags choose: the same for every command that takes TYPE NAME, -f or -l. */
import { manifestsOf, type Context } from './command.ts'
import { select, type Query, type Selection } from './selection.ts'

/** By arguments and files. @throws CliFault in kubectl's words */
export async function chosen(context: Context, more: Partial<Query> = {}): Promise<Selection> {
  const { args, connection, discovery } = context
  const manifests = await manifestsOf(context)
  return select(discovery, { args, namespace: connection.namespace, ...(manifests && { manifests }), ...more })
}

/** By -A, -l and --field-selector, too. @throws CliFault in kubectl's words */
export function chosenByFlags(context: Context, more: Partial<Query> = {}): Promise<Selection> {
  const { flags } = context
  return chosen(context, {
    allNamespaces: flags.on('all-namespaces'),
    labels: flags.text('selector'),
    fields: flags.text('field-selector'),
    ...more,
  })
}
