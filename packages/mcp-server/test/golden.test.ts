/**
 * One golden a tool: whoever changes what a model reads of a tool sees it in review.
 * `pnpm run golden:update` rewrites them.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { DEFAULT_TOOLSETS } from '../src/tools/toolsets.ts'
import { everyTool } from './every-tool.ts'
import { world } from './world.ts'

const LIST_LENGTH = 24_300 // what kubernetes-mcp-server 0.0.67 lists by default, 20 tools

describe.each(everyTool())('$name', ({ name, level, listed }) => {
  test('is listed as its golden says', () => {
    const golden: unknown = JSON.parse(readFileSync(new URL(`./tools/${name}.json`, import.meta.url), 'utf8'))

    expect(listed, 'pnpm run golden:update accepts the change').toEqual(golden)
  })

  test('refuses unknown arguments, promises a shape and hints at what it does', () => {
    expect(listed.inputSchema).toMatchObject({ type: 'object', additionalProperties: false })
    expect(listed.outputSchema).toMatchObject({ type: 'object', required: expect.any(Array) })
    expect(listed.annotations).toEqual({
      readOnlyHint: level === 'read',
      destructiveHint: level === 'dangerous',
      idempotentHint: expect.any(Boolean),
      openWorldHint: false,
    })
    expect(listed).toMatchObject({ _meta: { 'mcp-lab/level': level, 'mcp-lab/rbac': expect.any(Array) } })
  })
})

test('tools/list is small, private and the same each time', async () => {
  const client = await world({ subject: { user: 'adam', groups: [] }, toolsets: DEFAULT_TOOLSETS }).connect()

  const first = await client.listTools()
  const second = await client.listTools()

  expect(second).toEqual(first)
  expect(first).toMatchObject({ ttlMs: 0, cacheScope: 'private' })
  expect(JSON.stringify(first.tools).length).toBeLessThan(LIST_LENGTH)
})
