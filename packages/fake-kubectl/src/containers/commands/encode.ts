/**
 * Commands that write bytes in another form: base64, md5sum, sha256sum.
 * Source: GNU coreutils.
 */
import { createHash } from 'node:crypto'
import { textOf } from '../pipe.ts'
import { EXIT, Failure, print, say, type Command, type Process } from '../process.ts'
import { binary, unbinary } from '../tree.ts'
import { options } from './options.ts'
import { contents } from './reading.ts'

const LINE = 76 // letters before base64 begins a new line, unless told otherwise

export async function base64(process: Process): Promise<number> {
  const { flags, values, operands } = options(process.argv, 'dw:i', { decode: 'd', wrap: 'w' })
  const bytes = await contents(process, operands[0] ?? '-')
  if (!bytes) return EXIT.failure
  if (flags.has('d')) return decoded(process, textOf(bytes))
  const width = Number(values.get('w') ?? LINE)
  const text = binary(bytes)
  if (width === 0) return Number(!print(process, text))
  return say(process, text.replaceAll(new RegExp(`.{${width}}(?=.)`, 'g'), '$&\n'))
}

function decoded({ stdout }: Process, text: string): number {
  try {
    return Number(!stdout.write(unbinary(text.replaceAll(/\s/g, ''))))
  } catch {
    throw new Failure('invalid input') // What the platform calls it, no user of base64 would know.
  }
}

/** `md5sum`, `sha256sum` */
export function sum(algorithm: string): Command {
  return async (process) => {
    const names = options(process.argv, 'b').operands
    let code: number = EXIT.ok
    for (const name of names.length > 0 ? names : ['-']) {
      const bytes = await contents(process, name)
      if (bytes) say(process, `${createHash(algorithm).update(bytes).digest('hex')}  ${name}`)
      else code = EXIT.failure
    }
    return code
  }
}
