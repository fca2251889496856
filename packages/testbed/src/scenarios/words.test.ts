import { expect, test } from 'vitest'
import { wordsOf } from './words.ts'

test.each([
  ['get pods -n a', ['get', 'pods', '-n', 'a']],
  [`patch x -p '{"a": "b c"}'`, ['patch', 'x', '-p', '{"a": "b c"}']],
  ['exec x -- sh -c "echo $COLOR"', ['exec', 'x', '--', 'sh', '-c', 'echo $COLOR']],
  [String.raw`say "a \"b\"" c\ d`, ['say', 'a "b"', 'c d']],
  ['-o jsonpath={.items[?(@.spec.taints)].metadata.name}', ['-o', 'jsonpath={.items[?(@.spec.taints)].metadata.name}']],
])('the words of %s', (line, words) => {
  expect(wordsOf(line)).toEqual(words)
})
