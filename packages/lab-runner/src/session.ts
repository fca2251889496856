/**
 * vitest in this process, with everything that would make it speak or decide by itself turned off. A session stays warm:
 * watch mode runs the same subject again, the author's gate runs many subjects side by side. It knows nothing of points.
 */
import { SourceMap } from 'node:module'
import { availableParallelism } from 'node:os'
import { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import type { ViteUserConfig } from 'vitest/config'
import type { InlineConfig, Reporter, TestProject, Vitest } from 'vitest/node'
import type { RunOutcome, Stuck } from './outcome.ts'
import { collectOutcome, type Printed } from './session-outcome.ts'
import { UserError } from './user-error.ts'
import { readStuck, stuckFile, WATCHDOG_ENV } from './watchdog/stuck-file.ts'

/** What a spec is run against: a work folder, a seed, and the spec's files. */
export type Subject = {
  /** Distinct in a session; letters, digits and hyphens. */
  readonly name: string
  readonly workDir: string
  /** The edited files, seen from `workDir`. */
  readonly files: readonly string[]
  readonly specFiles: readonly string[]
  readonly seed: number
  /** Default: the testbed's. */
  readonly scenario?: string | undefined
}

export type Session = {
  /** Runs every subject, or the tests of one step only; one outcome a subject, by its name. */
  run(options?: { step?: string; changed?: readonly string[] }): Promise<Map<string, RunOutcome>>
  close(): Promise<void>
}

const TEST_TIMEOUT_MS = 30_000 // the cluster's time is virtual: a call takes milliseconds, seconds where every core is wanted by others
const SETUP_FILE = fileURLToPath(new URL(`./watchdog/setup${ownExtension()}`, import.meta.url))

export async function openSession(
  subjects: readonly Subject[],
  options: { root: string; shuffle?: boolean },
): Promise<Session> {
  const { createVitest } = await import('vitest/node')
  const printed: Printed = new Map()
  const before = signalListeners()
  const vitest = await createVitest(
    { root: options.root, watch: false },
    { ...VITE_OPTIONS, root: options.root, test: testOptions(subjects, { ...options, printed }) },
    { stdout: silent(), stderr: silent() },
  ).catch(refuseReadOnly)
  for (const [signal, listener] of signalListeners()) {
    // vitest would end the process at once and with an exit code of its own.
    if (!before.some(([, known]) => known === listener)) process.off(signal, listener)
  }
  await vitest.standalone()
  return {
    run: (what = {}) => runSubjects(vitest, subjects, { ...what, printed }),
    close: () => vitest.close(),
  }
}

/** vitest keeps a secret of its own in the home folder, or else in the kit's. */
function refuseReadOnly(fault: unknown): never {
  if (!String(fault).includes('API token')) throw fault
  throw new UserError('Neither the home folder nor the kit can be written, and the suite needs one of them.', {
    next: 'Copy the kit to a folder of your own and work there, or set HOME to a folder that you may write.',
    cause: fault,
  })
}

// The kit's packages are for Node to load; only specs, this fixture and the student's files go through Vite.
const PACKAGES_DIR = escaped(fileURLToPath(new URL('../..', import.meta.url)).replaceAll('\\', '/'))
const LAB_RUNNER = /\/@mcp-lab\/lab-runner\//
const OTHER_PACKAGES = new RegExp(`^${PACKAGES_DIR}(?!lab-runner/)[^/]+/(src|dist)/`)

const VITE_OPTIONS: ViteUserConfig & { configFile: false } = {
  configFile: false,
  logLevel: 'silent',
  clearScreen: false,
  server: { watch: null },
}

/** What all subjects share stands here, since a project with settings of its own would start a Vite server of its own. */
function testOptions(
  subjects: readonly Subject[],
  { printed, shuffle = false }: { printed: Printed; shuffle?: boolean },
): InlineConfig {
  const limitMs = isDebugged() ? 0 : TEST_TIMEOUT_MS
  return {
    pool: 'forks',
    maxWorkers: subjects.length === 1 ? 1 : availableParallelism(),
    reporters: [quietReporter(printed)],
    include: [],
    sequence: { shuffle: { tests: shuffle, files: false } },
    setupFiles: [SETUP_FILE],
    testTimeout: limitMs,
    hookTimeout: limitMs,
    teardownTimeout: 1000,
    server: { deps: { inline: [LAB_RUNNER], external: [OTHER_PACKAGES] } },
    projects: subjects.map((subject) => ({
      extends: true,
      test: { name: subject.name, include: [], env: subjectEnv(subject) },
    })),
  }
}

function subjectEnv(subject: Subject): Record<string, string> {
  return {
    MCP_LAB_WORK: subject.workDir,
    MCP_LAB_EDITS: JSON.stringify(subject.files),
    MCP_LAB_SEED: String(subject.seed),
    ...(subject.scenario === undefined ? {} : { MCP_LAB_SCENARIO: subject.scenario }),
    [WATCHDOG_ENV]: stuckFile(subject.name),
  }
}

function signalListeners(): [NodeJS.Signals, NodeJS.SignalsListener][] {
  return (['SIGINT', 'SIGTERM'] as const).flatMap((signal) =>
    process.listeners(signal).map((listener): [NodeJS.Signals, NodeJS.SignalsListener] => [signal, listener]),
  )
}

async function runSubjects(
  vitest: Vitest,
  subjects: readonly Subject[],
  { step, changed = [], printed }: { step?: string; changed?: readonly string[]; printed: Printed },
): Promise<Map<string, RunOutcome>> {
  printed.clear()
  for (const file of changed) vitest.invalidateFile(file)
  if (step === undefined) vitest.resetGlobalTestNamePattern()
  else vitest.setGlobalTestNamePattern(new RegExp(`^${step} `))
  const startedAtMs = performance.now()
  const specifications = subjects.flatMap((subject) =>
    subject.specFiles.map((file) => projectOf(vitest, subject).createSpecification(file)),
  )
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications, true)
  const durationMs = performance.now() - startedAtMs
  return new Map(
    subjects.map((subject) => {
      const modules = testModules.filter((module) => module.project.name === subject.name)
      const stuck = withOriginalPlace(projectOf(vitest, subject), readStuck(stuckFile(subject.name)))
      return [subject.name, collectOutcome({ modules, unhandledErrors, stuck, printed, durationMs })]
    }),
  )
}

function projectOf(vitest: Vitest, subject: Subject): TestProject {
  return vitest.getProjectByName(subject.name)
}

/** The watchdog saw the module as Vite transformed it; its map leads back to the student's line. */
function withOriginalPlace(project: TestProject, stuck: Stuck | undefined): Stuck | undefined {
  if (stuck?.at === undefined) return stuck
  const { file, line, column = 1 } = stuck.at
  const maps = Object.values(project.vite.environments).map(
    (environment) => environment.moduleGraph.getModuleById(file.replaceAll('\\', '/'))?.transformResult?.map,
  )
  const map = maps.find((candidate) => candidate != null && 'version' in candidate)
  if (map == null || !('version' in map)) return stuck
  const entry = new SourceMap({ ...map, file, sourceRoot: '', sourcesContent: [] }).findEntry(line - 1, column - 1)
  if (!('originalLine' in entry)) return stuck
  return { ...stuck, at: { file, line: entry.originalLine + 1, column: entry.originalColumn + 1 } }
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/**
 * Keeps what the student's code prints, and ends a student's run with the first test that reaches its limit: a promise that
 * never settles would cost every test the same.
 */
function quietReporter(printed: Printed): Reporter {
  let vitest: Vitest | undefined
  return {
    onInit: (started) => void (vitest = started),
    onTestCaseResult(test) {
      const result = test.result()
      const timedOut =
        result.state === 'failed' && result.errors.some(({ message }) => message.startsWith('Test timed out'))
      if (timedOut && vitest?.projects.length === 1) void vitest.cancelCurrentRun('test-failure')
    },
    onUserConsoleLog(log) {
      const key = log.taskId ?? ''
      printed.set(key, [...(printed.get(key) ?? []), ...stripVTControlCharacters(log.content).trimEnd().split('\n')])
    },
  }
}

/** A debugger may hold the code for as long as it likes. */
function isDebugged(): boolean {
  const { NODE_OPTIONS = '', VSCODE_INSPECTOR_OPTIONS } = process.env
  return (
    VSCODE_INSPECTOR_OPTIONS !== undefined ||
    [...process.execArgv, NODE_OPTIONS].some((text) => text.includes('--inspect'))
  )
}

function silent(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() })
}

/** `.ts` in the kit, `.js` in the published package. */
function ownExtension(): string {
  return import.meta.url.endsWith('.ts') ? '.ts' : '.js'
}
