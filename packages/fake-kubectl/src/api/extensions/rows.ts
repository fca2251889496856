/**
 * From a CustomResourceDefinition to rows of the table of kinds, one for each version it serves.
 * Source: apiextensions-apiserver/pkg/apiserver/customresource_{handler,discovery_controller}.go.
 */
import { ALL_VERBS, SCALE, STATUS, type ResourceType, type ScalePaths } from '../kinds/row.ts'
import type { Schema } from '../schema.ts'
import { customColumns } from './columns.ts'
import { isTrue, type DefinedVersion, type Definition } from './definition.ts'
import { structural } from './structural.ts'
import { customType } from './type-schema.ts'

export function rowsOfDefinition(definition: Definition, builtIn: Schema): ResourceType[] {
  const served = definition.spec.versions.filter(({ served }) => served)
  return served.map((version) => rowOf(definition, version, builtIn))
}

function rowOf(definition: Definition, version: DefinedVersion, builtIn: Schema): ResourceType {
  const { spec, status } = definition
  const { group, scope } = spec
  const { plural, singular = '', kind, listKind = '', shortNames, categories } = status?.acceptedNames ?? spec.names
  const schema = structural(version.schema?.openAPIV3Schema)
  const { status: hasStatus, scale } = version.subresources ?? {}
  const selectable = (version.selectableFields ?? []).map(({ jsonPath }) => jsonPath.replace(/^\./, ''))
  return {
    group,
    version: version.name,
    plural,
    singular,
    kind,
    namespaced: scope === 'Namespaced',
    verbs: ALL_VERBS,
    storage: `${plural}.${group}`,
    nameRule: 'subdomain',
    generation: true,
    subresources: [...(hasStatus ? [STATUS] : []), ...(scale ? [SCALE] : [])],
    conditionalUpdates: true,
    custom: {
      schema,
      columns: customColumns(version.additionalPrinterColumns),
      listKind,
      isTerminating: isTrue(definition, 'Terminating'),
      revision: revisionOf(definition),
    },
    schema: customType(schema, typeName(group, version.name, kind), builtIn),
    openApi: schema.written,
    ...(shortNames && shortNames.length > 0 && { shortNames }),
    ...(categories && categories.length > 0 && { categories }),
    ...(scale && { scale: scalePaths(scale) }),
    fieldLabels: selectable,
    ...(version.deprecated && {
      deprecation: version.deprecationWarning ?? `${group}/${version.name} ${kind} is deprecated`,
    }),
  }
}

/** All that its rows are made from. */
export function revisionOf(definition: Definition): string {
  const { metadata, status } = definition
  return JSON.stringify([metadata.generation, isTrue(definition, 'Terminating'), status?.acceptedNames])
}

/** As OpenAPI names it: the group's parts the other way round. */
function typeName(group: string, version: string, kind: string): string {
  return [...group.split('.').toReversed(), version, kind].join('.')
}

type DefinedScale = NonNullable<NonNullable<DefinedVersion['subresources']>['scale']>

function scalePaths({ specReplicasPath, statusReplicasPath, labelSelectorPath }: DefinedScale): ScalePaths {
  const dotted = (path: string) => path.replace(/^\./, '')
  return {
    specReplicas: dotted(specReplicasPath),
    statusReplicas: dotted(statusReplicasPath),
    ...(labelSelectorPath && { selector: dotted(labelSelectorPath) }),
  }
}
