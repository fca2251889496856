/** The tools that the conformance suite calls by name. Each does the least that its scenario can see. */
import { z } from 'zod'
import { defineTool, InputNeeded, ToolError, type Tool, type ToolContext } from '../../src/index.ts'
import { PIXEL } from './contents.ts'

/** A tenth of a second of silence. */
const SOUND = Buffer.concat([
  Buffer.from('RIFF\u0024\u0000\u0000\u0000WAVEfmt \u0010\u0000\u0000\u0000\u0001\u0000\u0001\u0000', 'latin1'),
  Buffer.from([0x40, 0x1f, 0, 0, 0x40, 0x1f, 0, 0, 1, 0, 8, 0]),
  Buffer.from('data\u0000\u0000\u0000\u0000', 'latin1'),
]).toString('base64')

type Says = { readonly text: string; readonly content?: readonly unknown[] }
type Run = (context: ToolContext, args: Record<string, string>) => Says | Promise<Says>

function fixture(name: string, run: Run, inputs: readonly string[] = []): Tool {
  const shape = Object.fromEntries(inputs.map((input) => [input, z.string()]))
  const tool = defineTool({
    name: name.slice(0, MAX_NAME_LENGTH),
    title: name,
    description: 'A tool of the conformance suite.',
    level: 'read',
    inputSchema: z.strictObject(shape),
    outputSchema: z.object({}),
    attributes: () => [],
    run: async (args, context) => ({ structuredContent: {}, ...(await run(context, args as Record<string, string>)) }),
  })
  // One of the suite's names is longer than ours may be.
  return { ...tool, name, listed: { ...tool.listed, name } }
}

const MAX_NAME_LENGTH = 41

const image = { type: 'image', data: PIXEL, mimeType: 'image/png' }
const sound = { type: 'audio', data: SOUND, mimeType: 'audio/wav' }
const attached = (uri: string) => ({
  type: 'resource',
  resource: { uri, mimeType: 'text/plain', text: 'What is attached.' },
})

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))

type Properties = Readonly<Record<string, unknown>>

const elicit = (message: string, properties: Properties, required: readonly string[] = Object.keys(properties)) => ({
  method: 'elicitation/create',
  params: { mode: 'form', message, requestedSchema: { type: 'object', properties, required } },
})

const sample = (text: string) => ({
  method: 'sampling/createMessage',
  params: { messages: [{ role: 'user', content: { type: 'text', text } }], maxTokens: 100 },
})

const roots = { method: 'roots/list' }

/** Asks until every key has an answer of the right sort, then says what came. */
function asking(requests: ConstructorParameters<typeof InputNeeded>[0], says = 'answered:'): Run {
  return ({ input }) => {
    const isOpen = Object.keys(requests).some((key) => !isAnswer(input.responses[key]))
    if (isOpen) throw new InputNeeded(requests, 'asked')
    return { text: `${says} ${JSON.stringify(input.responses)}` }
  }
}

function isAnswer(response: unknown): boolean {
  return typeof response === 'object' && response !== null
}

const text = { type: 'string' }
const CHOICES = ['option1', 'option2', 'option3']
const TITLED = [
  { const: 'value1', title: 'The first' },
  { const: 'value2', title: 'The second' },
  { const: 'value3', title: 'The third' },
]

export const FIXTURE_TOOLS: readonly Tool[] = [
  fixture('test_simple_text', () => ({ text: 'A simple text.' })),
  fixture('test_static_text', () => ({ text: 'What stands there always.' })),
  fixture('test_static_binary', () => ({
    text: '',
    content: [{ type: 'resource', resource: { uri: 'test://static-binary', mimeType: 'image/png', blob: PIXEL } }],
  })),
  fixture('test_template_data', (_context, { id }) => ({ text: JSON.stringify({ id }) }), ['id']),
  fixture('test_image_content', () => ({ text: 'An image:', content: [image] })),
  fixture('test_audio_content', () => ({ text: 'A sound:', content: [sound] })),
  fixture('test_embedded_resource', () => ({ text: 'A resource:', content: [attached('test://embedded-resource')] })),
  fixture('test_multiple_content_types', () => ({ text: 'Several:', content: [image, attached('test://mixed')] })),
  fixture('test_error_handling', () => {
    throw new ToolError('this error was asked for')
  }),
  fixture('test_tool_with_progress', async ({ progress }) => {
    for (const done of [0, 50, 100]) {
      progress({ progress: done, total: 100 })
      await pause()
    }
    return { text: 'done' }
  }),
  fixture('test_tool_with_logging', logging),
  fixture('test_logging_tool', logging),
  fixture('test_sampling', ({ input }, { prompt = '' }) => asking({ answer: sample(prompt) })(contextWith(input), {}), [
    'prompt',
  ]),
  fixture(
    'test_elicitation',
    ({ input }, { message = '' }) => asking({ answer: elicit(message, { response: text }) })(contextWith(input), {}),
    ['message'],
  ),
  fixture(
    'test_elicitation_sep1034_defaults',
    asking({
      answer: elicit(
        'Mind the defaults.',
        {
          name: { type: 'string', default: 'John Doe' },
          age: { type: 'integer', default: 30 },
          score: { type: 'number', default: 95.5 },
          status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
          verified: { type: 'boolean', default: true },
        },
        [],
      ),
    }),
  ),
  fixture(
    'test_elicitation_sep1330_enums',
    asking({
      answer: elicit(
        'Choose.',
        {
          untitledSingle: { type: 'string', enum: CHOICES },
          titledSingle: { type: 'string', oneOf: TITLED },
          legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['One', 'Two', 'Three'] },
          untitledMulti: { type: 'array', items: { type: 'string', enum: CHOICES } },
          titledMulti: { type: 'array', items: { anyOf: TITLED } },
        },
        [],
      ),
    }),
  ),
  fixture('test_missing_capability', asking({ answer: sample('Can you?') })),
  fixture('test_streaming_elicitation', asking({ answer: elicit('Are you there?', { ok: { type: 'boolean' } }) })),
  fixture(
    'test_input_required_result_elicitation',
    asking({ user_name: elicit('What is your name?', { name: text }) }),
  ),
  fixture(
    'test_input_required_result_sampling',
    asking({ capital_question: sample('What is the capital of France?') }),
  ),
  fixture('test_input_required_result_list_roots', asking({ client_roots: roots })),
  fixture('test_input_required_result_request_state', ({ input }) => {
    if (!isAnswer(input.responses['confirm']) || input.memory !== 'asked')
      throw new InputNeeded({ confirm: elicit('Please confirm', { ok: { type: 'boolean' } }) }, 'asked')
    return { text: 'state-ok' }
  }),
  fixture(
    'test_input_required_result_tampered_state',
    asking({ confirm: elicit('Sure?', { ok: { type: 'boolean' } }) }),
  ),
  fixture(
    'test_input_required_result_multiple_inputs',
    asking({
      user_name: elicit('What is your name?', { name: text }),
      greeting: sample('Greet me.'),
      client_roots: roots,
    }),
  ),
  fixture('test_input_required_result_multi_round', ({ input }) => {
    const { step1, step2 } = input.responses
    if (input.memory === 'second' && isAnswer(step2)) return { text: 'all answered' }
    if (input.memory === 'first' && isAnswer(step1))
      throw new InputNeeded({ step2: elicit('And your favourite colour?', { color: text }) }, 'second')
    throw new InputNeeded({ step1: elicit('What is your name?', { name: text }) }, 'first')
  }),
  fixture('test_input_required_result_capabilities', ({ client, input }) => {
    const requests = {
      ...(client.sampling && { thought: sample('What do you think?') }),
      ...(client.elicitation && { word: elicit('What do you say?', { word: text }) }),
    }
    return asking(requests)({ input } as ToolContext, {})
  }),
]

function contextWith(input: ToolContext['input']): ToolContext {
  return { input } as ToolContext
}

async function logging({ log }: ToolContext): Promise<Says> {
  for (const message of ['began', 'goes on', 'ended']) {
    log('info', message)
    await pause()
  }
  return { text: 'logged' }
}
