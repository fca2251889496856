/**
 * The tools of one server, in the order in which tools/list shows them: by name, so that it never changes.
 */
import type { Tool } from './tool.ts'

export type Catalog = {
  readonly all: readonly Tool[]
  readonly byName: ReadonlyMap<string, Tool>
}

/** @throws TypeError when two tools have one name */
export function createCatalog(tools: readonly Tool[]): Catalog {
  const all = tools.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const twice = all.find((tool, n) => all[n + 1]?.name === tool.name)
  if (twice) throw new TypeError(`tools: expected one tool named "${twice.name}", found two; rename one of them`)
  return { all, byName: new Map(all.map((tool) => [tool.name, tool])) }
}
