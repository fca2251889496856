/** The resources and prompts that the conformance suite asks for by name. */
import type { Prompt, Resource } from '../../src/index.ts'

/** One red pixel. */
export const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=='

const resource = (uri: string, tool: string, mimeType = 'text/plain'): Resource => ({
  uri,
  name: uri.replace('test://', ''),
  title: uri,
  description: 'A resource of the conformance suite.',
  mimeType,
  tool,
  arguments: (places) => places,
})

export const FIXTURE_RESOURCES: readonly Resource[] = [
  resource('test://static-text', 'test_static_text'),
  resource('test://static-binary', 'test_static_binary', 'image/png'),
  resource('test://template/{id}/data', 'test_template_data', 'application/json'),
  resource('test://watched-resource', 'test_static_text'),
]

const prompt = (name: string, more: Partial<Prompt> & Pick<Prompt, 'text'>): Prompt => ({
  name,
  title: name,
  description: 'A prompt of the conformance suite.',
  arguments: [],
  tool: 'test_simple_text',
  ...more,
})

const argument = (name: string) => ({ name, description: 'Any text', required: true })

export const FIXTURE_PROMPTS: readonly Prompt[] = [
  prompt('test_simple_prompt', { text: () => 'A prompt without arguments.' }),
  prompt('test_prompt_with_arguments', {
    arguments: [argument('arg1'), argument('arg2')],
    text: ({ arg1, arg2 }) => `The first is ${arg1}, the second ${arg2}.`,
  }),
  prompt('test_prompt_with_embedded_resource', {
    arguments: [argument('resourceUri')],
    text: () => 'Read what is attached.',
    content: ({ resourceUri }) => [
      { type: 'resource', resource: { uri: resourceUri, mimeType: 'text/plain', text: 'What is attached.' } },
    ],
  }),
  prompt('test_prompt_with_image', {
    text: () => 'Look at the image.',
    content: () => [{ type: 'image', data: PIXEL, mimeType: 'image/png' }],
  }),
  prompt('test_input_required_result_prompt', {
    text: ({ user_context: context }) => `Mind this: ${context}`,
    asks: {
      user_context: {
        method: 'elicitation/create',
        params: {
          mode: 'form',
          message: 'What should be minded?',
          requestedSchema: { type: 'object', properties: { context: { type: 'string' } }, required: ['context'] },
        },
      },
    },
  }),
]
