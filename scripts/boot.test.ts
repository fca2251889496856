/**
 * The door: what it hands over, and what it says when the environment is at fault.
 */
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '..')

type Ended = { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }

describe('the door', () => {
  test('hands the arguments over untouched', async () => {
    const kit = installedKit('console.log(JSON.stringify(process.argv.slice(2)))')

    const { stdout } = await boot(kit, ['entry.ts', 'watch', '1', '--seed', '7', 'über weg'])

    expect(JSON.parse(stdout)).toEqual(['watch', '1', '--seed', '7', 'über weg'])
  })

  test('ends with the exit code of the command', async () => {
    const kit = installedKit('process.exit(1)')

    expect((await boot(kit, ['entry.ts'])).code).toBe(1)
  })

  test('tells the command in which form it was called', async () => {
    const kit = installedKit('console.log(process.env.MCP_LAB_CALLED_AS)')

    const byNpm = await boot(kit, ['entry.ts'], { npm_config_user_agent: 'npm/11.0.0 node/v24.0.0' })
    const byPnpm = await boot(kit, ['entry.ts'], { npm_config_user_agent: 'pnpm/12.21.0 npm/? node/v24.0.0' })

    expect([byNpm.stdout.trim(), byPnpm.stdout.trim()]).toEqual(['npm run', 'pnpm'])
  })

  test('takes what pnpm installed for installed, by whomever it is called next', async () => {
    const kit = installedKit('console.log("here")')
    rmSync(path.join(kit, 'node_modules/.boot-stamp'))

    await boot(kit, ['entry.ts'], { npm_config_user_agent: 'pnpm/12.21.0 npm/? node/v24.0.0' })

    expect((await boot(kit, ['entry.ts'], { PATH: fakePath('exit 7') })).stdout.trim()).toBe('here')
  })

  test('works from a folder with spaces and letters beyond ASCII', async () => {
    const kit = installedKit('console.log("here")', 'mes études à moi')

    expect((await boot(kit, ['entry.ts'])).stdout.trim()).toBe('here')
  })

  test.each(['darwin', 'win32'])('tells an old Node on %s what to install', async (platform) => {
    const kit = installedKit('console.log("must not run")')

    const { code, stdout, stderr } = await boot(kit, ['entry.ts'], { NODE_OPTIONS: pretending(platform, '20.20.2') })

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/Node v\S+ is too old: mcp-lab needs Node 22\.19 or later\.\nInstall the current LTS/)
  })

  test('says what to do when the installation fails, and runs nothing', async () => {
    const kit = emptyKit()
    writeFileSync(path.join(kit, 'entry.ts'), 'console.log("must not run")')

    const { code, stdout, stderr } = await boot(kit, ['entry.ts'], { PATH: fakePath('exit 7') })

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/installation failed.*ended with 7/s)
    expect(stderr).toMatch(/run the same command again/)
  })
})

describe('the installation', () => {
  test.skipIf(process.platform === 'win32')('happens once: what one Node installed serves another', async () => {
    const kit = emptyKit()
    const vitest = path.join(kit, 'node_modules/vitest')
    const fallback = path.join(kit, `node_modules/node-linux-${process.arch}/bin`)
    const npx = `mkdir -p '${vitest}' '${fallback}'; : > '${vitest}/vitest.mjs'; ln -s '${process.execPath}' '${fallback}/node'`
    const env = { PATH: fakePath(npx) }
    writeFileSync(path.join(kit, 'entry.ts'), 'console.log("ran")')
    writeFileSync(
      path.join(kit, 'old.cjs'),
      'Object.defineProperty(process, "versions", { value: { node: "20.20.2" } })',
    )

    const first = await boot(kit, ['entry.ts'], { ...env, NODE_OPTIONS: `--require ${path.join(kit, 'old.cjs')}` })
    const second = await boot(kit, ['entry.ts'], env)

    expect(first.stderr).toContain('Installing what the kit needs')
    expect(second).toMatchObject({ code: 0, stdout: 'ran\n', stderr: '' })
  })
})

/** A kit that is installed: a lockfile, the stamp of its installation, and one command. */
function installedKit(entry: string, name = 'kit'): string {
  const kit = emptyKit(name)
  mkdirSync(path.join(kit, 'node_modules/vitest'), { recursive: true })
  writeFileSync(path.join(kit, 'node_modules/vitest/vitest.mjs'), '')
  writeFileSync(path.join(kit, 'node_modules/.boot-stamp'), 'lock: 1\n')
  writeFileSync(path.join(kit, 'entry.ts'), entry)
  return kit
}

function emptyKit(name = 'kit'): string {
  const kit = path.join(mkdtempSync(path.join(os.tmpdir(), 'boot-')), name)
  mkdirSync(path.join(kit, 'scripts'), { recursive: true })
  cpSync(path.join(root, 'scripts/boot.mjs'), path.join(kit, 'scripts/boot.mjs'))
  writeFileSync(path.join(kit, 'pnpm-lock.yaml'), 'lock: 1\n')
  writeFileSync(path.join(kit, 'package.json'), '{ "type": "module", "packageManager": "pnpm@12.21.0" }')
  return kit
}

/** Node's flag for a module that makes the process look like an older Node on another platform. */
function pretending(platform: string, version: string): string {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'old-')), 'pretend.mjs')
  writeFileSync(
    file,
    `Object.defineProperty(process, 'platform', { value: '${platform}' })
     Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`,
  )
  return `--import=${pathToFileURL(file).href}`
}

/** A PATH whose only `npx` is a script of ours. */
function fakePath(script: string): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'path-'))
  writeFileSync(path.join(folder, 'npx'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  writeFileSync(path.join(folder, 'npx.cmd'), `@${script.replace('exit', 'exit /b')}\r\n`)
  return [folder, ...(process.platform === 'win32' ? [process.env.PATH ?? ''] : ['/bin'])].join(path.delimiter)
}

function boot(kit: string, args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const { npm_config_user_agent: _agent, MCP_LAB_CALLED_AS: _form, ...inherited } = process.env
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [path.join(kit, 'scripts/boot.mjs'), ...args],
      { env: { ...inherited, ...env } },
      (_fault, stdout, stderr) => resolve({ code: child.exitCode, signal: child.signalCode, stdout, stderr }),
    )
  })
}
