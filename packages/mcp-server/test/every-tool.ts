/** Every built-in tool, without a server: for goldens of what a model reads. */
import { DEFAULT_PROMETHEUS } from '../src/tools/services.ts'
import type { Tool } from '../src/tools/tool.ts'
import { builtInTools, TOOLSETS, type Toolset } from '../src/tools/toolsets.ts'

export const ALL_TOOLSETS = Object.keys(TOOLSETS) as Toolset[]

const missing = (): never => {
  throw new Error('a listing asks nobody')
}

export function everyTool(): Tool[] {
  return builtInTools(ALL_TOOLSETS, {
    discovery: { find: missing, all: missing },
    policy: missing,
    changes: { begin: missing, wrote: missing, undone: missing, find: missing },
    compare: missing,
    now: missing,
    wait: missing,
    tools: missing,
    prometheus: DEFAULT_PROMETHEUS,
  })
}
