/**
 * Which labs there are, where their parts lie, and whether a lab's folder is whole. It reads folders and `lab.yaml`,
 * never a student's code. `solutions/` is absent from the student's kit; that is no fault.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { parseLabManifest, type LabManifest } from './manifest.ts'
import { codeOf, UserError } from './user-error.ts'

/** A lab's place, before anything in it has been read. Paths are absolute. */
export type LabRef = {
  readonly number: number
  /** `01-disk-usage` */
  readonly slug: string
  readonly kitDir: string
  readonly dir: string
  /** Absent where the kit ships no solutions. */
  readonly solutionDir?: string
}

/** A lab with its manifest parsed; `openLab` also sees to it that every file is in its place. */
export type Lab = LabRef & { readonly manifest: LabManifest }

const LAB_FOLDER = /^(\d{2,})-([a-z0-9]+(?:-[a-z0-9]+)*)$/

/** The labs of a kit by number. */
export function listLabs(kitDir: string): LabRef[] {
  return folderNames(path.join(kitDir, 'labs'))
    .filter((name) => LAB_FOLDER.test(name))
    .map((slug) => labRef(kitDir, slug))
    .sort((a, b) => a.number - b.number)
}

function labRef(kitDir: string, slug: string): LabRef {
  const solutionDir = path.join(kitDir, 'solutions', slug)
  return {
    number: Number.parseInt(slug, 10),
    slug,
    kitDir,
    dir: path.join(kitDir, 'labs', slug),
    ...(existsSync(path.join(solutionDir, 'src')) ? { solutionDir } : {}),
  }
}

/**
 * Finds the lab a person means by `1`, `01`, `disk`, `disk-usage`, `1-disk` or a path that ends in its folder.
 *
 * @throws UserError naming the labs there are, when none or several fit
 */
export function findLab(kitDir: string, name: string): LabRef {
  const labs = listLabs(kitDir)
  const wanted = path.win32
    .basename(
      name
        .trim()
        .toLowerCase()
        .replace(/[\\/]+$/, ''),
    )
    .replace(/^lab-?(?=\d)/, '')
  const exact = labs.filter((lab) => fits(lab, wanted))
  const found = exact.length > 0 ? exact : labs.filter((lab) => wanted !== '' && titlePart(lab).includes(wanted))
  if (found.length === 1 && found[0] !== undefined) return found[0]
  const known = labs.map((lab) => lab.slug).join(', ')
  if (labs.length === 0) {
    throw new UserError(`There are no labs in ${path.join(kitDir, 'labs')}.`, {
      next: 'Bring the folder back with `git checkout -- labs`.',
    })
  }
  const verdict = found.length === 0 ? `There is no lab "${name}".` : `"${name}" fits several labs.`
  throw new UserError(`${verdict} The labs are: ${known}.`, {
    next: `Name one by its number: \`lab ${labs[0]?.number}\`.`,
  })
}

function fits(lab: LabRef, wanted: string): boolean {
  const [, digits = '', rest = ''] = /^(\d*)-?(.*)$/.exec(wanted) ?? []
  const numberFits = digits === '' || Number(digits) === lab.number
  const restFits = rest === '' || titlePart(lab).startsWith(rest)
  return digits + rest !== '' && numberFits && restFits
}

function titlePart(lab: LabRef): string {
  return lab.slug.replace(/^\d+-/, '')
}

/**
 * Opens a lab: reads its manifest and checks that every file it names is there.
 *
 * @throws UserError that names what is missing and the command that brings it back
 */
export function openLab(ref: LabRef): Lab {
  const lab = readLab(ref)
  const missing = missingFiles(lab)
  if (missing.length === 0) return lab
  const starterThere = lab.manifest.edits.every((file) => existsSync(starterPath(lab, file)))
  const onlyEdits = missing.every((file) => lab.manifest.edits.includes(file))
  throw new UserError(`Lab ${lab.number} lacks ${missing.map((file) => `labs/${lab.slug}/${file}`).join(', ')}.`, {
    next:
      onlyEdits && starterThere
        ? `\`lab reset ${lab.number}\` puts the starter back in its place.`
        : `\`git checkout -- labs/${lab.slug}\` brings the lab's folder back as it was delivered.`,
  })
}

/** A lab as its author sees it: its manifest parsed, whether or not every file is there. */
export function readLab(ref: LabRef): Lab {
  return { ...ref, manifest: readManifest(ref) }
}

/** Reads and parses a lab's manifest, without asking for the rest of the folder (so that `reset` can mend it). */
export function readManifest(ref: LabRef): LabManifest {
  const file = path.join(ref.dir, 'lab.yaml')
  try {
    return parseLabManifest(readFileSync(file, 'utf8'), { file: `labs/${ref.slug}/lab.yaml` })
  } catch (fault) {
    if (fault instanceof UserError) throw fault
    throw new UserError(`Cannot read labs/${ref.slug}/lab.yaml (${codeOf(fault) ?? String(fault)}).`, {
      next: `\`git checkout -- labs/${ref.slug}\` brings the lab's folder back as it was delivered.`,
      cause: fault,
    })
  }
}

function missingFiles(lab: Lab): string[] {
  return [...lab.manifest.edits, ...lab.manifest.spec].filter((file) => !isFile(path.join(lab.dir, file)))
}

/** Where the pristine version of an edited file lies: `src/a.ts` → `starter/a.ts`. */
export function starterPath(lab: LabRef, edited: string): string {
  return path.join(lab.dir, 'starter', withoutSrc(edited))
}

/** A path of the manifest's `edits` seen from the work folder: `src/a.ts` → `a.ts`. */
export function withoutSrc(edited: string): string {
  return edited.replace(/^src\//, '')
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false
}

function folderNames(dir: string): string[] {
  if (!existsSync(dir)) return []
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
}
