/**
 * What would have been enough? The narrowest rule that allows exactly one question, for a denial to suggest. It is a
 * suggestion for a person who may grant it; nothing here grants anything.
 */
import { combinedResource } from './describe.ts'
import { questionOf } from './match.ts'
import type { Attributes, PolicyRule } from './types.ts'

/** The narrowest rule that allows this question, or nothing for a malformed one. */
export function smallestRule(attributes: Attributes): PolicyRule | undefined {
  const tools = attributes.tool ? { tools: [attributes.tool] } : {}
  switch (questionOf(attributes)) {
    case 'resource':
      return {
        verbs: [attributes.verb],
        apiGroups: [attributes.apiGroup ?? ''],
        resources: [combinedResource(attributes)],
        ...(attributes.name ? { resourceNames: [attributes.name] } : {}),
        ...tools,
      }
    case 'path':
      return { verbs: [attributes.verb], nonResourceURLs: [attributes.path ?? ''], ...tools }
    case 'tool':
      return { verbs: [attributes.verb], ...tools }
    case 'malformed':
      return undefined
  }
}
