import { existsSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { makeKit, WORK } from './kit.ts'

vi.setConfig({ testTimeout: 60_000 }) // each test starts the real command

// Windows has no SIGINT that one process could send another; there Ctrl-C reaches the whole console.
const posixTest = test.skipIf(process.platform === 'win32')

posixTest('Ctrl-C during an endless loop exits with 130 and leaves no process behind', async () => {
  const kit = makeKit()
  const pidFile = kit.path('pid')
  kit.write(WORK, `import { writeFileSync } from 'node:fs'\n${kit.read(WORK)}`)
  kit.change(
    'return names.filter(',
    `writeFileSync(${JSON.stringify(pidFile)}, String(process.pid))\n  for (;;) names.at(0)\n  return names.filter(`,
  )
  const run = kit.start(['1'])
  await until(() => existsSync(pidFile) && kit.read('pid') !== '')

  run.child.kill('SIGINT')

  expect((await run.ended).code).toBe(130)
  await until(() => !isAlive(Number(kit.read('pid'))))
})

posixTest('watch runs again on a save, and Ctrl-C ends it with 130', async () => {
  const kit = makeKit({ starter: true })
  const solved = makeKit().read(WORK)
  const watching = kit.start(['watch', '1'])
  await watching.until((stdout) => stdout.includes('0 of 6 points') && stdout.includes('Watching'))

  kit.write(WORK, solved)
  await watching.until((stdout) => stdout.includes('6 of 6 points'))
  kit.write(WORK, solved.replace('startsWith', 'endsWith'))
  await watching.until((stdout) => stdout.includes('4 of 6 points'))
  watching.child.kill('SIGINT')

  const { code, stderr } = await watching.ended
  expect({ code, stderr }).toEqual({ code: 130, stderr: '' })
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Looks again and again; the test's own limit ends it. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20))
}
