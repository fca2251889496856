/**
 * Asks TypeScript about the student's files. It runs beside the tests as a process of its own; nothing unchanged is
 * checked twice (a build info file in the kit's cache).
 */
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { Problem, Sources } from './report.ts'
import { isInside } from './stack.ts'

export type TypeCheck = {
  readonly tsconfig: string
  /** Where the build info is kept between runs. */
  readonly cacheFile?: string
  /** Only errors in these folders count; the kit's own sources are not the student's to mend. */
  readonly within: string
  readonly signal?: AbortSignal
}

/** One error as the compiler prints it. */
export type TypeError = {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly message: string
}

const ERROR = /^(.+?)\((\d+),(\d+)\): error TS\d+: (.*)$/

/** Runs the compiler. */
export async function checkTypes({ tsconfig, cacheFile, within, signal }: TypeCheck): Promise<TypeError[]> {
  const cache = cacheFile === undefined ? [] : ['--incremental', '--tsBuildInfoFile', cacheFile]
  const args = [compiler(), '--noEmit', '--pretty', 'false', ...cache, '-p', tsconfig]
  const output = await run(args, { cwd: path.dirname(tsconfig), signal })
  return parseTypeErrors(output, path.dirname(tsconfig)).filter((error) => isInside(error.file, within))
}

/** Reads the compiler's plain output; an indented line continues the message above it. */
export function parseTypeErrors(output: string, dir: string, platform: typeof path.posix = path): TypeError[] {
  const errors: TypeError[] = []
  for (const line of output.split(/\r?\n/)) {
    const [, file, lineNumber, column, message] = ERROR.exec(line) ?? []
    const last = errors.at(-1)
    if (file !== undefined && message !== undefined) {
      errors.push({ file: platform.resolve(dir, file), line: Number(lineNumber), column: Number(column), message })
    } else if (/^\s+\S/.test(line) && last !== undefined) {
      errors[errors.length - 1] = { ...last, message: `${last.message}\n${line.trimEnd()}` }
    }
  }
  return errors
}

export function typeProblems(errors: readonly TypeError[], sources: Sources): Problem[] {
  return errors.map(({ message, ...place }) => ({ kind: 'types', message, where: sources.spot(place) }))
}

function compiler(): string {
  const require = createRequire(import.meta.url)
  return path.join(path.dirname(require.resolve('typescript/package.json')), 'bin', 'tsc')
}

function run(args: string[], options: { cwd: string; signal: AbortSignal | undefined }): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      ...options,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: withoutDebugger(),
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
    child.on('error', reject)
    child.on('close', () => resolve(output))
  })
}

/** A debugger that is attached to the student's run has nothing to look for in the compiler. */
function withoutDebugger(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, VSCODE_INSPECTOR_OPTIONS: __, ...env } = process.env
  return env
}
