/**
 * CustomResourceDefinitions on their way in: what was left out of the names, and which versions were ever stored.
 * Source: apiextensions-apiserver/pkg/registry/customresourcedefinition/strategy.go; pkg/apis/apiextensions/v1/defaults.go.
 */
import { withDefinitionDefaults } from '../../api/extensions/definition.ts'
import type { Write } from '../admission/plugin.ts'
import type { Strategy } from './strategy.ts'

export const definitions: Strategy = {
  prepareForCreate: ({ object }) => fill(object),
  prepareForUpdate: ({ object }) => fill(object),
}

function fill(object: Write['object']): void {
  Object.assign(object, withDefinitionDefaults(object))
}
