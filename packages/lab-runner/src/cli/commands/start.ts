/**
 * `lab start 1`: where to begin: the guide, the file to edit, and what to type. It opens an editor only when the person
 * has one with a window of its own, and never waits for it.
 */
import { spawn } from 'node:child_process'
import path from 'node:path'
import { openLab } from '../../catalog.ts'
import { relativeTo } from '../../source.ts'
import { labOf, readArgs } from '../args.ts'
import { EXIT, type Command, type Io } from '../io.ts'

const EDITORS_WITH_A_WINDOW = [
  'code',
  'code-insiders',
  'codium',
  'cursor',
  'windsurf',
  'zed',
  'subl',
  'idea',
  'webstorm',
]

export const start: Command = {
  name: 'start',
  usage: 'start NUMBER',
  does: 'shows the guide and the file to edit, and opens them in your editor',
  async run(argv, io) {
    const lab = openLab(labOf(start, readArgs(start, argv), io))
    const { manifest } = lab
    const guide = path.join(lab.dir, 'README.md')
    const files = manifest.edits.map((file) => path.join(lab.dir, file))
    const editor = io.interactive ? editorOf(io.env) : undefined
    if (editor !== undefined) openIn(editor, [guide, ...files])
    io.out(
      [
        io.style.paint('bold', `Lab ${lab.number} · ${manifest.title} (about ${manifest.minutes} minutes)`),
        ...manifest.objectives.map((objective) => `  - ${objective}`),
        '',
        `Read   ${relativeTo(io.kitDir, guide)}`,
        ...files.map((file) => `Edit   ${relativeTo(io.kitDir, file)}`),
        `Run    \`lab ${lab.number}\`, or \`lab watch ${lab.number}\` to run it on each save`,
        ...(editor === undefined ? [] : ['', `Opening both in ${editor}.`]),
      ].join('\n'),
    )
    return EXIT.ok
  },
}

/** The editor to open, if there is one that does not take over the terminal. */
export function editorOf(env: Io['env']): string | undefined {
  const named = [env['VISUAL'], env['EDITOR']].map((command) => command?.trim().split(/\s+/)[0] ?? '')
  const found = named.find((command) =>
    EDITORS_WITH_A_WINDOW.includes(path.win32.basename(command).replace(/\.(cmd|exe)$/, '')),
  )
  return found ?? (env['TERM_PROGRAM'] === 'vscode' ? 'code' : undefined)
}

function openIn(editor: string, files: readonly string[]): void {
  // On Windows an editor's command is a .cmd, which only a shell runs; there each path is quoted.
  const shell = process.platform === 'win32'
  const args = shell ? files.map((file) => `"${file}"`) : [...files]
  const child = spawn(editor, args, { detached: true, stdio: 'ignore', shell })
  child.on('error', () => undefined) // no such editor: the paths are on the screen anyway
  child.unref()
}
