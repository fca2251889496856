/** The type of a resource's objects: generated for built-in kinds, made from their definitions for custom ones. */
import type { ResourceType } from '../../api/kinds/row.ts'
import type { TypeSchema } from '../../api/schema.ts'
import type { Server } from '../server.ts'

export function typeSchema({ schema }: Pick<Server, 'schema'>, type: ResourceType): TypeSchema | undefined {
  return type.schema ?? schema.kind(type.group, type.version, type.kind)
}
