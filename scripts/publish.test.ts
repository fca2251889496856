/**
 * What would be published: each package builds to ESM with declarations, and its tarball holds neither tests nor sources.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '..')
const packages = globSync('packages/*/package.json', { cwd: root }).map((file) => path.join(root, path.dirname(file)))

type Manifest = {
  name: string
  files: string[]
  publishConfig: { exports: Record<string, { types: string; default: string }>; bin?: Record<string, string> }
}

beforeAll(() => {
  execFileSync(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-b'], {
    cwd: root,
    stdio: 'pipe',
  })
}, 120_000)

describe.each(packages.map((folder) => [path.basename(folder), folder]))('%s', (_name, folder) => {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest

  test('publishes exports and commands that the build has made', () => {
    const promised = Object.values(manifest.publishConfig.exports).flatMap((face) => [face.types, face.default])
    const commands = Object.values(manifest.publishConfig.bin ?? {})

    for (const file of [...promised, ...commands]) expect(existsSync(path.join(folder, file)), file).toBe(true)
  })

  test('publishes no test', () => {
    const published = manifest.files.filter((pattern) => !pattern.startsWith('!'))

    const files = published.flatMap((pattern) => globSync(`${pattern}/**/*`, { cwd: folder }))

    expect(files.length).toBeGreaterThan(0)
    expect(files.filter((file) => /\.test\.|(^|[\\/])test[\\/]/.test(file))).toEqual([])
  })
})
