/**
 * `date`, in the virtual time that the client sees.
 * Source: POSIX.1-2024 Utilities; messages of GNU coreutils.
 */
import { DATE_FORMAT, dateText } from '../date-text.ts'
import { Failure, say, type Process } from '../process.ts'
import { options } from './options.ts'

export function date(process: Process): number {
  const { operands, values } = options(process.argv, 'uRId:', { utc: 'u' })
  if (values.has('d')) throw new Failure('-d: reading dates is not simulated')
  const { clock } = process.container.server
  return say(process, dateText(operands[0]?.slice(1) ?? DATE_FORMAT, clock.now() + clock.shownOffsetMs))
}
