/**
 * The claims that reading the lab's folder can judge: the files are there, the starter has holes, nothing but the edited
 * files differs from the solution, `src` is the starter, and the hints begin with a question.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { starterPath, withoutSrc, type Lab } from '../catalog.ts'
import { committedFiles } from './committed.ts'
import { claim, type Claim } from './verdict.ts'

export function folderClaims(lab: Lab): Claim[] {
  return [
    claim('every file it needs is there', missingFiles(lab)),
    claim('each edited file of the starter has a todo()', withoutTodo(lab)),
    claim("each step's first hint is a question", statements(lab)),
    ...(lab.solutionDir === undefined
      ? []
      : [
          claim(
            'nothing but the edited files differs between starter and solution',
            strayDifferences(lab, lab.solutionDir),
          ),
          claim('src is delivered as the starter', deliveredDifferences(lab)),
        ]),
  ]
}

function missingFiles(lab: Lab): string[] {
  const { manifest, dir, solutionDir } = lab
  const inLab = ['README.md', 'tsconfig.json', ...manifest.spec].map((file) => path.join(dir, file))
  const starters = manifest.edits.map((file) => starterPath(lab, file))
  const inSolution =
    solutionDir === undefined
      ? []
      : [...manifest.edits, ...manifest.hidden, 'NOTES.md'].map((file) => path.join(solutionDir, file))
  return [...inLab, ...starters, ...inSolution]
    .filter((file) => !existsSync(file))
    .map((file) => `${path.relative(lab.kitDir, file)}: expected a file`)
}

function withoutTodo(lab: Lab): string[] {
  return lab.manifest.edits
    .filter(
      (file) => existsSync(starterPath(lab, file)) && !/\btodo\(/.test(readFileSync(starterPath(lab, file), 'utf8')),
    )
    .map((file) => `${path.relative(lab.kitDir, starterPath(lab, file))}: expected a todo('…')`)
}

function statements({ manifest }: Lab): string[] {
  return manifest.steps.flatMap(({ hints: [first = ''] }, index) =>
    first.trimEnd().endsWith('?') ? [] : [`lab.yaml, steps[${index}].hints[0]: expected a question, found "${first}"`],
  )
}

function strayDifferences(lab: Lab, solutionDir: string): string[] {
  const edited = lab.manifest.edits.map(withoutSrc)
  return differences(path.join(lab.dir, 'starter'), path.join(solutionDir, 'src'), (file) => !edited.includes(file))
}

/** Compares what git has, so that an author may solve the lab in place; where git has nothing, what lies there. */
function deliveredDifferences(lab: Lab): string[] {
  const [src, starter] = [path.join(lab.dir, 'src'), path.join(lab.dir, 'starter')]
  const tracked = committedFiles(lab.dir)
  if (tracked === undefined) return differences(src, starter)
  const files = new Set([...tracked.keys()].flatMap((file) => /^(?:src|starter)\/(.+)$/.exec(file)?.[1] ?? []))
  return [...files]
    .filter((file) => tracked.get(`src/${file}`) !== tracked.get(`starter/${file}`))
    .map((file) => `src/${file}, as git has it, differs from starter/${file}`)
}

/** The files that two folders do not share byte for byte. */
function differences(a: string, b: string, counts: (file: string) => boolean = () => true): string[] {
  const files = new Set([...filesUnder(a), ...filesUnder(b)].filter(counts))
  return [...files]
    .filter((file) => !sameBytes(path.join(a, file), path.join(b, file)))
    .map((file) => `${file} differs`)
}

function sameBytes(a: string, b: string): boolean {
  return existsSync(a) && existsSync(b) && readFileSync(a).equals(readFileSync(b))
}

/** The files below a folder, with forward slashes; none when it is absent. */
export function filesUnder(dir: string): string[] {
  if (!existsSync(dir)) return []
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort()
}
