/**
 * `lab solution 1`: our way, and why, once the student has found theirs. A speed bump, not protection: who has the
 * folder can read it.
 */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { readManifest, withoutSrc } from '../../catalog.ts'
import { openProgress } from '../../progress.ts'
import { relativeTo } from '../../source.ts'
import { labOf, readArgs } from '../args.ts'
import { EXIT, type Command } from '../io.ts'

export const solution: Command = {
  name: 'solution',
  usage: 'solution NUMBER',
  does: 'shows our solution, after yours is green',
  async run(argv, io) {
    const lab = labOf(solution, readArgs(solution, argv), io)
    const { solutionDir } = lab
    if (solutionDir === undefined) {
      io.out(`This kit ships no solution of lab ${lab.number}; your instructor has it.`)
      return EXIT.usage
    }
    if (openProgress(io.kitDir, io.err).read().labs[lab.slug]?.solvedAt === undefined) {
      io.out(
        `The solution opens once your own is green. \`lab ${lab.number}\` runs the suite, \`lab hint ${lab.number}\` helps.`,
      )
      return EXIT.notSolved
    }
    const notes = path.join(solutionDir, 'NOTES.md')
    const files = readManifest(lab).edits.map((file) => path.join(solutionDir, 'src', withoutSrc(file)))
    if (existsSync(notes)) io.out(`${readFileSync(notes, 'utf8').trim()}\n`)
    io.out(['Our files:', ...files.map((file) => `  ${relativeTo(io.kitDir, file)}`)].join('\n'))
    return EXIT.ok
  },
}
