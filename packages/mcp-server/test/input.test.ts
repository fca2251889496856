/** Tools and prompts that ask their client: what comes back, and what they remember meanwhile. */
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineTool, InputNeeded, type Identity, type Prompt } from '../src/index.ts'
import { rawCall, type Reply } from './raw-call.ts'
import { PATHS, reader, textOf, world, type World } from './world.ts'

const NAME = {
  method: 'elicitation/create',
  params: {
    mode: 'form',
    message: 'What is your name?',
    requestedSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
  },
}

/** Greets whoever answers, and only if it remembers that it asked. */
const greet = defineTool({
  ...reader,
  name: 'test_greet',
  inputSchema: z.strictObject({ word: z.string() }),
  outputSchema: z.object({}),
  attributes: () => [],
  run: async ({ word }, { input }) => {
    if (input.memory !== 'asked') throw new InputNeeded({ who: NAME }, 'asked')
    const { content } = input.responses['who'] as { content: { name: string } }
    return { structuredContent: {}, text: `${word}, ${content.name}` }
  },
})

const letter: Prompt = {
  name: 'letter',
  title: 'Letter',
  description: 'A letter.',
  arguments: [],
  tool: 'test_greet',
  asks: { who: NAME },
  text: ({ who }) => `Dear ${who}`,
}

const ANN = { action: 'accept', content: { name: 'Ann' } } as const

function greeter(options: { identify?: () => Identity } = {}): World {
  const who = options.identify ? options : { subject: { user: 'adam', groups: [] } }
  return world({ ...who, tools: [greet], prompts: [letter] })
}

describe.each(PATHS)('over $transport in the $era era', (path) => {
  test('a tool gets the answer of the person at the client', async () => {
    const asked: string[] = []
    const tested = greeter()
    const client = await tested.connect(path, (question) => (asked.push(question), ANN))

    const result = await client.callTool({ name: 'test_greet', arguments: { word: 'Hello' } })

    expect(textOf(result)).toContain('Hello, Ann')
    expect(asked).toEqual(['What is your name?'])
    expect(tested.audit.map(({ outcome }) => outcome)).toEqual(['asked', 'answered'])
  })

  test('a prompt is made of it', async () => {
    const client = await greeter().connect(path, () => ANN)

    const { messages } = await client.getPrompt({ name: 'letter' })

    expect(messages).toEqual([{ role: 'user', content: { type: 'text', text: 'Dear {"name":"Ann"}' } }])
  })
})

describe('what a tool remembers', () => {
  test('does not come back with other arguments', async () => {
    const tested = greeter()
    const { requestState } = await send(tested, 'Hello')

    expect(await send(tested, 'Goodbye', requestState)).toMatchObject({ resultType: 'input_required' })
  })

  test('does not come back to another caller', async () => {
    let user = 'adam'
    const tested = greeter({ identify: () => ({ user: 'adam', groups: [], ...(user !== 'adam' && { actor: user }) }) })
    const { requestState } = await send(tested, 'Hello')
    user = 'agent:other'

    expect(await send(tested, 'Hello', requestState)).toMatchObject({ resultType: 'input_required' })
  })

  test('comes back once', async () => {
    const tested = greeter()
    const { requestState } = await send(tested, 'Hello')

    expect(JSON.stringify(await send(tested, 'Hello', requestState))).toContain('Hello, Ann')
    expect(await send(tested, 'Hello', requestState)).toMatchObject({ resultType: 'input_required' })
  })

  test('is no memory when somebody else made it up', async () => {
    expect(await send(greeter(), 'Hello', 'v1.made.up')).toEqual({
      code: -32602,
      message: 'Invalid or expired requestState',
    })
  })
})

/** Answers unasked. @returns the result, or the error */
async function send(tested: World, word: string, requestState?: string): Promise<NonNullable<Reply['result']>> {
  const state = requestState === undefined ? {} : { requestState }
  const params = { arguments: { word }, inputResponses: { who: ANN }, ...state }
  const { result, error } = await rawCall(tested, 'test_greet', params)
  return result ?? { ...error }
}
