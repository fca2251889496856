/**
 * One golden a tool: whoever changes what a model reads of a tool sees it in review.
 * `pnpm run golden:update` rewrites them.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { builtInTools } from '../src/tools/built-in.ts'
import { world } from './world.ts'

const LIST_LENGTH = 5_000 // kubernetes-mcp-server: 24,300 for 20 tools

describe.each(builtInTools())('$name', ({ name, listed }) => {
  test('is listed as its golden says', () => {
    const golden: unknown = JSON.parse(readFileSync(new URL(`./tools/${name}.json`, import.meta.url), 'utf8'))

    expect(listed, 'pnpm run golden:update accepts the change').toEqual(golden)
  })

  test('refuses unknown arguments, promises a shape and says that it only reads', () => {
    expect(listed.inputSchema).toMatchObject({ type: 'object', additionalProperties: false })
    expect(listed.outputSchema).toMatchObject({ type: 'object', required: expect.any(Array) })
    expect(listed.annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false, openWorldHint: false })
    expect(listed).toMatchObject({ _meta: { 'mcp-lab/rbac': [{ verbs: expect.any(Array) }] } })
  })
})

test('tools/list is small, private and the same each time', async () => {
  const client = await world().connect()

  const first = await client.listTools()
  const second = await client.listTools()

  expect(second).toEqual(first)
  expect(first).toMatchObject({ ttlMs: 0, cacheScope: 'private' })
  expect(JSON.stringify(first.tools).length).toBeLessThan(LIST_LENGTH)
})
