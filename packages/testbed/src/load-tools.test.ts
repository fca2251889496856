import { mkdtempSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadTools } from './load-tools.ts'

describe('loading tools from a file', () => {
  test('takes every tool the module exports', async () => {
    const file = moduleOf(`
      export const one = { name: 'one', listed: {}, run: async () => {} }
      export const limit = 3
    `)

    expect((await loadTools(file)).map(({ name }) => name)).toEqual(['one'])
  })

  test('says which file is missing', async () => {
    await expect(loadTools('no/such/tool.ts')).rejects.toThrow('There is no file no/such/tool.ts.')
  })

  test('says that a module exports no tool', async () => {
    await expect(loadTools(moduleOf('export const limit = 3'))).rejects.toThrow('exports no tool')
  })

  test('says why a module does not load', async () => {
    await expect(loadTools(moduleOf('throw new Error("not today")'))).rejects.toThrow('not today')
  })
})

function moduleOf(source: string): string {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'tools é ')), 'tool.mjs')
  writeFileSync(file, source)
  return file
}
