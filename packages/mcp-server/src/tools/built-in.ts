/** The tools every server has. */
import type { Tool } from './tool.ts'

export function builtInTools(): Tool[] {
  return []
}
