/**
 * How text may be dressed: colour and block characters on a terminal, plain words elsewhere, in CI and with NO_COLOR.
 */
import { styleText } from 'node:util'

export type Tone = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

export type Style = {
  /** Colour and block characters may be used. */
  readonly rich: boolean
  /** How wide the person's terminal is; absent where nobody looks. */
  readonly columns?: number
  paint(tone: Tone, text: string): string
}

export const PLAIN: Style = { rich: false, paint: (_tone, text) => text }

export function styleFor(
  stream: { isTTY?: boolean; columns?: number },
  env: Readonly<Record<string, string | undefined>>,
): Style {
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0' && env['FORCE_COLOR'] !== 'false'
  const refused = (env['NO_COLOR'] ?? '') !== '' || (env['CI'] ?? '') !== '' || env['TERM'] === 'dumb'
  const width = stream.isTTY === true && stream.columns !== undefined ? { columns: stream.columns } : {}
  if (!forced && (refused || stream.isTTY !== true)) return { ...PLAIN, ...width }
  return { ...width, rich: true, paint: (tone, text) => styleText(tone, text, { validateStream: false }) }
}
