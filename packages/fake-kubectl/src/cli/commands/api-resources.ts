/**
 * `kubectl api-resources` and `api-versions`: what the server has. Source: kubectl/pkg/cmd/apiresources.
 */
import type { Command, Context } from '../command.ts'
import { apiVersionOf, preferred, type Resource } from '../discovery.ts'
import { CliFault } from '../errors.ts'
import { jsonText } from '../printers/json.ts'
import { yamlText } from '../printers/yaml.ts'
import { align, TABLE } from '../tab-writer.ts'
import { byBytes, type Wire } from '../wire.ts'

export const apiResources: Command = {
  name: 'api-resources',
  short: 'Print the supported API resources on the server',
  flags: [
    ['api-group', '', 'string', '', 'Resources of one group only.'],
    ['cached', '', 'bool', 'false', 'Taken and not used: nothing is cached.'],
    ['categories', '', 'strings', '', 'Resources of these categories only.'],
    ['namespaced', '', 'bool', 'true', 'Resources in namespaces, or with =false those in none.'],
    ['no-headers', '', 'bool', 'false', 'No header line.'],
    ['output', 'o', 'string', '', 'json, name, wide or yaml.'],
    ['show-managed-fields', '', 'bool', 'false', 'Taken and not used: resources have none.'],
    ['sort-by', '', 'string', '', 'name or kind.'],
    ['verbs', '', 'strings', '', 'Resources with these verbs only.'],
  ],
  async run(context) {
    refuseArguments(context)
    const { flags, discovery } = context
    const format = flags.text('output')
    if (!['', 'name', 'wide', 'json', 'yaml'].includes(format)) {
      throw new CliFault(
        `unable to match a printer suitable for the output format "${format}", allowed formats are: json,kyaml,name,wide,yaml`,
      )
    }
    if (!['', 'name', 'kind'].includes(flags.text('sort-by'))) throw new CliFault('--sort-by accepts only name or kind')
    const wanted = preferred(await discovery.resources()).filter((resource) => isWanted(context, resource))
    context.out(printed(context, sorted(wanted, flags.text('sort-by'))))
  },
}

export const apiVersions: Command = {
  name: 'api-versions',
  short: 'Print the supported API versions on the server, in the form of "group/version"',
  async run(context) {
    refuseArguments(context)
    const versions = new Set((await context.discovery.resources()).map(apiVersionOf))
    context.out(
      [...versions]
        .sort(byBytes)
        .map((version) => `${version}\n`)
        .join(''),
    )
  },
}

export function refuseArguments({ args, path }: Context): void {
  if (args.length === 0) return
  throw new CliFault(`unexpected arguments: [${args.join(' ')}]\nSee '${path} -h' for help and examples`)
}

function isWanted({ flags }: Context, { group, namespaced, verbs, categories }: Resource): boolean {
  if (verbs.length === 0) return false
  if (flags.given('api-group') && flags.text('api-group') !== group) return false
  if (flags.given('namespaced') && flags.on('namespaced') !== namespaced) return false
  return (
    flags.list('verbs').every((verb) => verbs.includes(verb)) &&
    flags.list('categories').every((it) => categories.includes(it))
  )
}

function sorted(resources: readonly Resource[], field: string): Resource[] {
  const key = ({ plural, kind, group }: Resource): string =>
    field === 'name' ? plural : field === 'kind' ? kind : group
  return resources.toSorted((a, b) => byBytes(key(a), key(b)) || byBytes(a.plural, b.plural))
}

function printed({ flags }: Context, resources: readonly Resource[]): string {
  const format = flags.text('output')
  if (format === 'name') return resources.map(({ plural, group }) => `${plural}${group && `.${group}`}\n`).join('')
  if (format === 'json') return jsonText(listOf(resources), { sorted: false })
  if (format === 'yaml') return yamlText(listOf(resources))
  const wide = format === 'wide'
  const header = ['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND', ...(wide ? ['VERBS', 'CATEGORIES'] : [])]
  const rows = resources.map((it) => [
    it.plural,
    it.shortNames.join(','),
    apiVersionOf(it),
    String(it.namespaced),
    it.kind,
    ...(wide ? [it.verbs.join(','), it.categories.join(',')] : []),
  ])
  const lines = flags.on('no-headers') ? rows : [header, ...rows]
  return align(lines.map((cells) => `${cells.join('\t')}\n`).join(''), TABLE)
}

function listOf(resources: readonly Resource[]): Wire {
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: '',
    resources: resources.map(
      ({ plural, singular, namespaced, group, version, kind, verbs, shortNames, categories }) => ({
        name: plural,
        singularName: singular,
        namespaced,
        ...(group && { group }),
        version,
        kind,
        verbs,
        ...(shortNames.length > 0 && { shortNames }),
        ...(categories.length > 0 && { categories }),
      }),
    ),
  }
}
