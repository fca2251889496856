import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineChange, defineTool } from './tool.ts'

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

const { run: _run, outputSchema: _output, level: _level, ...words } = parts
const change = { ...words, plan: async () => ({ summary: 'do nothing', writes: [] }) }

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
        readOnlyHint: true,
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: false,
      },
      _meta: { 'mcp-lab/level': 'read' },
    })
  })

  test.each([
    [defineTool({ ...parts, level: 'read' }), { readOnlyHint: true, destructiveHint: false }],
    [defineTool({ ...parts, level: 'dangerous' }), { readOnlyHint: false, destructiveHint: true }],
    [defineChange({ ...change, level: 'change' }), { readOnlyHint: false, destructiveHint: false }],
    [defineChange({ ...change, level: 'dangerous' }), { readOnlyHint: false, destructiveHint: true }],
  ])('hints at what its level means (%#)', ({ listed }, hints) => {
    expect(listed.annotations).toMatchObject(hints)
  })

  test('lets every change be tried, and answer alike', () => {
    const { listed } = defineChange({ ...change, level: 'change' })

    expect(listed.inputSchema).toMatchObject({ properties: { dryRun: { type: 'boolean', default: false } } })
    expect(listed.outputSchema).toMatchObject({ required: ['summary', 'done', 'changes'] })
  })

  test.each([
    [{ name: 'diskUsage' }, /tool "diskUsage", name: expected 3 to 41 of a-z, 0-9 and _.*try "disk_usage"/],
    [{ name: 'ab' }, /name: expected 3 to 41/],
    [{ name: undefined }, /tool undefined, name: expected/],
    [{ description: ' ' }, /tool "node_names", description: expected text; a model chooses by it/],
    [{ level: 'change' }, /found "change"; what changes something says so beforehand: use defineChange/],
    [{ level: 'write' }, /level: expected one of read, dangerous, found "write"/],
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
