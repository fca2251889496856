/**
 * `kubectl explain`: what the fields of a resource mean, from the server's OpenAPI document.
 * Source: kubectl/pkg/cmd/explain/explain.go, pkg/explain/v2.
 */
import type { Command, Context } from '../command.ts'
import { explanation } from '../explanation.ts'
import { BareFault, CliFault } from '../errors.ts'
import type { Resource } from '../discovery.ts'

export const explain: Command = {
  name: 'explain',
  short: 'Get documentation for a resource',
  usage: 'TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group]',
  flags: [
    ['api-version', '', 'string', '', 'The version to explain: group/version.'],
    ['output', 'o', 'string', 'plaintext', 'plaintext; nothing else here.'],
    ['recursive', '', 'bool', 'false', 'Fields of fields, too, by their names.'],
  ],
  async run(context) {
    const { args, flags, client, out } = context
    const format = flags.text('output')
    if (args.length === 0) {
      throw new CliFault(
        'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.\n',
      )
    }
    if (args.length > 1) throw new CliFault('We accept only this format: explain RESOURCE\n')
    if (format !== 'plaintext')
      throw new CliFault(`the fake kubectl explains in plaintext only, not as ${format}; use the stock kubectl`)
    const { resource, fields } = await meant(context, args[0]!)
    const path = resource.group === '' ? `api/${resource.version}` : `apis/${resource.group}/${resource.version}`
    const { paths } = await client.json('GET', '/openapi/v3')
    const place = paths[path]?.serverRelativeURL
    if (!place)
      throw new CliFault(
        `couldn't find resource for "${resource.group}/${resource.version}, Resource=${resource.plural}"`,
      )
    out(explanation(await client.json('GET', place), { resource, fields, recursive: flags.on('recursive') }))
  },
}

/** `pods.spec`, `deploy.apps.spec`: the resource is as much of it as there is one for. */
async function meant(
  { discovery, flags }: Context,
  text: string,
): Promise<{ resource: Resource; fields: readonly string[] }> {
  const [name = '', ...rest] = text.split('.')
  const bare = (fault: Error): never => {
    throw new BareFault(fault.message)
  }
  const first = await discovery.resolve(name).catch(bare)
  const all = (await discovery.resources()).filter(({ plural }) => plural === first.plural)
  const version = flags.text('api-version')
  if (version !== '') {
    const [group, its] = version.includes('/') ? version.split('/') : ['', version]
    const found = all.find((each) => each.group === group && each.version === its)
    if (!found) throw new CliFault(`couldn't find resource for "${group}/${its}, Resource=${name}"`)
    return { resource: found, fields: rest }
  }
  const grouped = all
    .filter(
      ({ plural, group }) =>
        group !== '' &&
        (plural === name || first.shortNames.includes(name)) &&
        `${rest.join('.')}.`.startsWith(`${group}.`),
    )
    .sort((a, b) => b.group.length - a.group.length)[0]
  if (grouped) return { resource: grouped, fields: rest.slice(grouped.group.split('.').length) }
  return { resource: first, fields: rest }
}
