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
  try {
    return await importTypeScript(pathToFileURL(absolute).href)
  } catch (fault) {
    throw new UserError(
      `${file} does not load: ${(fault as Error).message}`,
      'Mend the file, then start the command again.',
    )
  }
}

/** Node strips types by itself; enums and parameter properties, which somebody else's file may use, it leaves to tsx. */
async function importTypeScript(url: string): Promise<object> {
  try {
    return (await import(url)) as object
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') throw fault
    const { register } = await import('tsx/esm/api')
    const unregister = register()
    try {
      return (await import(`${url}?transformed`)) as object
    } finally {
      await unregister()
    }
  }
}
