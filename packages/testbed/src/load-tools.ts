/**
 * Loads tools from a module that somebody else wrote: a student's lab, a team's own tool.
 */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { isTool, type Tool } from '@mcp-lab/mcp-server'
import { UserError } from './user-error.ts'

/**
 * @param file a module; every tool it exports is taken
 * @throws     UserError when there is no such file, it does not load, or it exports no tool
 */
export async function loadTools(file: string): Promise<Tool[]> {
  const absolute = path.resolve(file)
  if (!existsSync(absolute)) throw new UserError(`There is no file ${file}.`, 'Check the path after --tools.')
  const exported = await importModule(absolute, file)
  const tools = Object.values(exported).filter(isTool)
  if (tools.length > 0) return tools
  throw new UserError(
    `${file} exports no tool.`,
    'Export what `defineTool({…})` returns: `export const diskUsage = defineTool({…})`.',
  )
}

async function importModule(absolute: string, file: string): Promise<object> {
  // Node strips types by itself, but somebody else's file may use an enum or a parameter property.
  const { register } = await import('tsx/esm/api')
  const unregister = register()
  try {
    return (await import(pathToFileURL(absolute).href)) as object
  } catch (fault) {
    throw new UserError(
      `${file} does not load: ${(fault as Error).message}`,
      'Mend the file, then start the command again.',
    )
  } finally {
    await unregister()
  }
}
