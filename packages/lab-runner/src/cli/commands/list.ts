/**
 * `lab`: the labs, how long they take, what has been reached, and what to type next.
 */
import { listLabs, readManifest, type LabRef } from '../../catalog.ts'
import type { LabManifest } from '../../manifest.ts'
import { openProgress, type LabProgress } from '../../progress.ts'
import { UserError } from '../../user-error.ts'
import { readArgs } from '../args.ts'
import { EXIT, type Command } from '../io.ts'
import type { Style } from '../style.ts'

type Row = { readonly ref: LabRef; readonly manifest?: LabManifest; readonly progress?: LabProgress }

export const list: Command = {
  name: 'list',
  usage: '[--json]',
  does: 'lists the labs, your progress, and the next step',
  flags: [{ name: 'json', does: 'prints the list as one JSON document' }],
  async run(argv, io) {
    const { words, flags } = readArgs(list, argv)
    if (words.length > 0)
      throw new UserError(`"${words[0]}" was not expected.`, { next: 'It is called as `lab list`.' })
    const { labs } = openProgress(io.kitDir, io.err).read()
    const rows = listLabs(io.kitDir).map((ref) => rowOf(ref, labs[ref.slug]))
    if (flags['json'] === true) io.data(rows.map(asData))
    else io.out(listView(rows, io.style))
    return EXIT.ok
  },
}

function rowOf(ref: LabRef, progress: LabProgress | undefined): Row {
  const known = progress === undefined ? { ref } : { ref, progress }
  try {
    return { ...known, manifest: readManifest(ref) }
  } catch (fault) {
    if (fault instanceof UserError) return known // a broken lab is listed as such; running it says what is wrong
    throw fault
  }
}

function asData({ ref, manifest, progress }: Row): object {
  return {
    number: ref.number,
    slug: ref.slug,
    title: manifest?.title,
    minutes: manifest?.minutes,
    points: { best: progress?.bestPoints ?? 0, possible: manifest === undefined ? undefined : possible(manifest) },
    solved: progress?.solvedAt !== undefined,
    broken: manifest === undefined,
  }
}

function listView(rows: readonly Row[], style: Style): string {
  if (rows.length === 0) return 'There are no labs here. `git checkout -- labs` brings them back.'
  const widest = Math.max(...rows.map((row) => titleOf(row).length))
  const lines = rows.map((row) => {
    const { ref, manifest, progress } = row
    const head = `${String(ref.number).padStart(2)}  ${style.paint('bold', titleOf(row).padEnd(widest))}`
    if (manifest === undefined)
      return `${head}  ${style.paint('red', 'broken')}: \`lab ${ref.number}\` says what is wrong`
    const points = `${progress?.bestPoints ?? 0} of ${possible(manifest)} points`
    const state = progress?.solvedAt === undefined ? '' : style.paint('green', '  solved')
    return `${head}  ${String(manifest.minutes).padStart(3)} min  ${points}${state}`
  })
  return [...lines, '', nextOf(rows)].join('\n')
}

function nextOf(rows: readonly Row[]): string {
  const next = rows.find((row) => row.progress?.solvedAt === undefined)
  if (next === undefined) return 'All labs are solved.'
  const verb = next.progress === undefined ? 'Start with' : 'Go on with'
  const { number } = next.ref
  return next.progress === undefined
    ? `${verb} \`lab start ${number}\` (the guide and your file), then \`lab ${number}\`.`
    : `${verb} \`lab ${number}\`.`
}

function titleOf({ ref, manifest }: Row): string {
  return manifest?.title ?? ref.slug
}

function possible(manifest: LabManifest): number {
  return manifest.steps.reduce((sum, step) => sum + step.points, 0)
}
