/**
 * The student's side in practice mode: imports the edited files in this very process (under vitest through its module
 * runner, so that every TypeScript syntax works and breakpoints hit), collects the tools they export, and sees each
 * exception before the server makes an answer of it. A grader will have another host, in a sandboxed child; what it must
 * offer is `StudentPart`.
 */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { isTool, type Tool } from '@mcp-lab/testbed'
import type { FaultRecord, SourcePlace } from './record.ts'
import { placeInStack } from './stack.ts'
import type { Tools } from './world.ts'

export type StudentPart = { readonly tools: Tools; readonly seed: number; readonly scenario?: string | undefined }

type Workplace = Pick<StudentPart, 'seed' | 'scenario'> & {
  readonly workDir: string
  readonly files: readonly string[]
}

/** The student's file cannot be used at all: it does not parse, throws on import, or exports no tool. */
export class LabLoadError extends Error {
  override name = 'LabLoadError'
  readonly place: SourcePlace | undefined

  constructor(message: string, place: SourcePlace | undefined, options: { cause?: unknown } = {}) {
    super(message, options)
    this.place = place
  }
}

let loaded: Promise<{ tools: Tool[]; workplace: Workplace }> | undefined

/** The student's tools, each reporting its exceptions to `onFault`. The files are imported once a process. */
export async function plugStudentPart(options: {
  specFile: string
  onFault(fault: FaultRecord): void
}): Promise<StudentPart> {
  loaded ??= load(options.specFile)
  const { tools, workplace } = await loaded
  return {
    tools: tools.map((tool) => observed(tool, workplace.workDir, options.onFault)),
    seed: workplace.seed,
    scenario: workplace.scenario,
  }
}

async function load(specFile: string): Promise<{ tools: Tool[]; workplace: Workplace }> {
  const workplace = await findWorkplace(specFile)
  const tools: Tool[] = []
  for (const file of workplace.files) {
    const exported: Record<string, unknown> = await importStudentFile(path.join(workplace.workDir, file), workplace)
    tools.push(...Object.values(exported).filter(isTool))
  }
  if (tools.length > 0) return { tools, workplace }
  const file = path.join(workplace.workDir, workplace.files[0] ?? '')
  throw new LabLoadError('exports no tool; expected `export const … = defineTool({ … })`', { file, line: 1 })
}

async function importStudentFile(file: string, { workDir }: Workplace): Promise<Record<string, unknown>> {
  if (!existsSync(file)) throw new LabLoadError('the file is missing', { file, line: 1 })
  try {
    return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Record<string, unknown>
  } catch (fault) {
    const message = fault instanceof Error ? fault.message : String(fault)
    throw new LabLoadError(message.replace(/ imported from .*/s, ''), placeOf(fault, workDir) ?? { file, line: 1 }, {
      cause: fault,
    })
  }
}

/**
 * Where the student's files are. The runner says it in the environment; a bare `vitest run` in the lab's folder says
 * nothing, and then the manifest beside the spec does.
 */
async function findWorkplace(specFile: string): Promise<Workplace> {
  const { MCP_LAB_WORK: work, MCP_LAB_EDITS: edits, MCP_LAB_SEED: seed, MCP_LAB_SCENARIO: scenario } = process.env
  if (work !== undefined && edits !== undefined) {
    return { workDir: work, files: JSON.parse(edits) as string[], seed: Number(seed ?? 1), scenario }
  }
  const { readManifest, withoutSrc } = await import('./catalog.ts')
  const dir = path.dirname(path.dirname(specFile))
  const slug = path.basename(dir)
  const manifest = readManifest({
    number: Number.parseInt(slug, 10),
    slug,
    kitDir: path.dirname(path.dirname(dir)),
    dir,
  })
  return {
    workDir: work ?? path.join(dir, 'src'),
    files: manifest.edits.map(withoutSrc),
    seed: Number(seed ?? manifest.seed),
    scenario: manifest.scenario,
  }
}

/** The same tool; what its functions throw, at once or later, is told to `onFault` on its way. */
function observed(tool: Tool, workDir: string, onFault: (fault: FaultRecord) => void): Tool {
  const tell = (fault: unknown): never => {
    onFault(faultRecord(fault, workDir))
    throw fault
  }
  const attributes: Tool['attributes'] = (...args) => watched(() => tool.attributes(...args), tell)
  return 'plan' in tool
    ? { ...tool, attributes, plan: (...args) => watched(() => tool.plan(...args), tell) }
    : { ...tool, attributes, run: (...args) => watched(() => tool.run(...args), tell) }
}

function watched<T>(work: () => T, tell: (fault: unknown) => never): T {
  try {
    const result = work()
    return result instanceof Promise ? (result.catch(tell) as T) : result
  } catch (fault) {
    return tell(fault)
  }
}

function faultRecord(fault: unknown, workDir: string): FaultRecord {
  const at = placeOf(fault, workDir)
  const { name, message } = fault instanceof Error ? fault : { name: 'a thrown value', message: String(fault) }
  return { name, message, ...(at === undefined ? {} : { at }) }
}

/** A parser's own place when it gives one (vite's `loc`), otherwise the first frame in the student's files. */
function placeOf(fault: unknown, workDir: string): SourcePlace | undefined {
  if (!(fault instanceof Error)) return undefined
  const { loc } = fault as { loc?: { file?: string; line?: number; column?: number } }
  if (loc?.file !== undefined && loc.line !== undefined) {
    return { file: loc.file, line: loc.line, ...(loc.column === undefined ? {} : { column: loc.column + 1 }) }
  }
  return placeInStack(fault.stack ?? '', workDir)
}
