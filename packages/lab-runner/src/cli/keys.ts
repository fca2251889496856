/**
 * Single keys from a person at a terminal. The terminal is raw as long as keys are read and is always given back, also
 * when the process ends in another way.
 */
import type { Io } from './io.ts'

const CTRL_C = '\u0003'

/** Calls the action of each key that is pressed; without a terminal nothing is read. */
export function readKeys(io: Io, actions: Readonly<Record<string, () => void>>): { close(): void } {
  const { stdin } = process
  if (!io.interactive || !stdin.isTTY) return { close: () => undefined }
  const onKey = (key: Buffer): void => {
    const text = key.toString('utf8')
    if (text === CTRL_C) process.kill(process.pid, 'SIGINT')
    else actions[text]?.()
  }
  const giveBack = (): void => void stdin.setRawMode(false)
  stdin.setRawMode(true)
  stdin.resume()
  stdin.on('data', onKey)
  process.once('exit', giveBack)
  return {
    close() {
      process.off('exit', giveBack)
      stdin.off('data', onKey)
      giveBack()
      stdin.pause()
    },
  }
}
