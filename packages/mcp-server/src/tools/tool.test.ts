import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineTool } from './tool.ts'

const parts = {
  name: 'node_names',
  title: 'Node names',
  description: 'Lists the names of the nodes.',
  level: 'read' as const,
  inputSchema: z.strictObject({ limit: z.int().default(5) }),
  outputSchema: z.object({ names: z.array(z.string()) }),
  attributes: () => [{ verb: 'list', resource: 'nodes' }],
  run: async () => ({ structuredContent: { names: [] }, text: '' }),
}

describe('defineTool', () => {
  test('derives what tools/list shows', () => {
    expect(defineTool(parts).listed).toEqual({
      name: 'node_names',
      title: 'Node names',
      description: 'Lists the names of the nodes.',
      inputSchema: {
        type: 'object',
        properties: {
          limit: { type: 'integer', default: 5 },
        },
        additionalProperties: false,
      },
      outputSchema: {
        type: 'object',
        properties: { names: { type: 'array', items: { type: 'string' } } },
        required: ['names'],
        additionalProperties: false,
      },
      annotations: {
        title: 'Node names',
        readOnlyHint: true,
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: false,
      },
      _meta: { 'mcp-lab/level': 'read' },
    })
  })

  test.each([
    ['read', { readOnlyHint: true, destructiveHint: false }],
    ['change', { readOnlyHint: false, destructiveHint: false }],
    ['dangerous', { readOnlyHint: false, destructiveHint: true }],
  ] as const)('hints at what level %s means', (level, hints) => {
    expect(defineTool({ ...parts, level }).listed.annotations).toMatchObject(hints)
  })

  test.each([
    [{ name: 'diskUsage' }, /tool "diskUsage", name: expected 3 to 41 of a-z, 0-9 and _.*try "disk_usage"/],
    [{ name: 'ab' }, /name: expected 3 to 41/],
    [{ name: undefined }, /tool undefined, name: expected/],
    [{ description: ' ' }, /tool "node_names", description: expected text; a model chooses by it/],
    [{ level: 'write' }, /level: expected one of read, change, dangerous, found "write"/],
    [{ run: undefined }, /run: expected a function, found undefined; it does the work/],
    [{ attributes: [] }, /attributes: expected a function, found object; it declares what/],
    [{ outputSchema: z.array(z.string()) }, /outputSchema: expected an object schema; write z\.object/],
    [
      { inputSchema: z.strictObject({ at: z.date() }) },
      /inputSchema: expected a zod schema that JSON Schema can express/,
    ],
    [{ inputSchema: { limit: z.int() } }, /inputSchema: expected a zod schema/],
  ])('says what is wrong with %o', (wrong, message) => {
    expect(() => defineTool({ ...parts, ...wrong } as never)).toThrow(message)
  })
})
