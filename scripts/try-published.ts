/**
 * Packs every package as it would be published, installs the tarballs with npm in an empty folder, and uses them there:
 * by import, and as commands. Part of `pnpm verify`; needs the package registry for the dependencies.
 */
import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
const folder = mkdtempSync(path.join(os.tmpdir(), 'published-'))
const { packageManager } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  packageManager: string
}

const USE = `
  import { createTestbed } from '@mcp-lab/testbed'
  const bed = await createTestbed({ nodes: 2 })
  const { structuredContent } = await bed.client.callTool({ name: 'kubernetes_get', arguments: { kind: 'nodes' } })
  await bed.close()
  if (!JSON.stringify(structuredContent).includes('node-')) throw new Error('no node in the answer')
`

try {
  run(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-b'], root)
  for (const manifest of globSync('packages/*/package.json', { cwd: root })) {
    run('npx', ['-y', packageManager, 'pack', '--pack-destination', folder], path.join(root, path.dirname(manifest)))
  }
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  run(
    'npm',
    ['install', '--no-audit', '--no-fund', ...globSync('*.tgz', { cwd: folder }).map((file) => `./${file}`)],
    folder,
  )
  writeFileSync(path.join(folder, 'use.js'), USE)
  run(process.execPath, ['use.js'], folder)
  run(path.join(folder, 'node_modules', '.bin', 'mcp-lab-sim'), ['--help'], folder)
  console.log('The published packages work.')
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  if (status === 0) return
  throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stdout}\n${stderr}`)
}
