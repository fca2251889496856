/**
 * What a person may type into a terminal in which a cluster is served, to move its time: one command a line.
 */
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { parseDuration, type Listening } from '@mcp-lab/fake-kubectl'

type Time = Listening['time']

export const TIME_HELP = `advance 5m · speed 60 · pause · resume · step`

/**
 * Obeys each line of `input`; what comes of it is said.
 *
 * @param others what may be typed besides, by its first word
 * @returns what ends it
 */
export function obeyLines(
  time: Time,
  input: Readable,
  say: (text: string) => void,
  others: Readonly<Record<string, (argument: string | undefined) => string>> = {},
): () => void {
  const lines = createInterface({ input })
  lines.on('line', (line) => {
    const words = line.trim().split(/\s+/)
    const other = others[words[0]!]
    if (words[0] !== '') say(other ? other(words[1]) : obey(time, words))
  })
  return () => lines.close()
}

/** @returns what was done, or why nothing was */
export function obey(time: Time, [word = '', argument]: readonly string[]): string {
  try {
    return COMMANDS[word]?.(time, argument) ?? `"${word}" means nothing here. Type one of: ${TIME_HELP}`
  } catch (fault) {
    if (fault instanceof RangeError) return fault.message
    throw fault
  }
}

const COMMANDS: Readonly<Record<string, (time: Time, argument: string | undefined) => string>> = {
  advance(time, duration = '') {
    time.fastForward(parseDuration(duration))
    return `It is ${duration} later.`
  },
  speed(time, text = '') {
    const speed = text === '' ? Number.NaN : Number(text)
    if (!Number.isFinite(speed) || speed < 0)
      return `speed "${text}": expected a number from 0 (time stands still) up, as in "speed 60"`
    time.setSpeed(speed)
    return time.speed === 0 ? 'Time stands still.' : `Time passes ${time.speed} times as fast as outside.`
  },
  pause(time) {
    time.pause()
    return 'Time stands still. "resume" lets it go on.'
  },
  resume(time) {
    time.resume()
    return time.speed === 0 ? 'Time stands still: its speed is 0.' : `Time goes on at speed ${time.speed}.`
  },
  step(time) {
    const passedMs = time.step()
    return passedMs === undefined
      ? 'Nothing is due.'
      : `The next thing due was ${passedMs / 1000} s ahead; it has happened.`
  },
}
