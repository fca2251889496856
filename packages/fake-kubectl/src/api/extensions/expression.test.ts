/** Patterns as Go reads them. */
import { describe, expect, test } from 'vitest'
import { goExpression } from './expression.ts'

describe('a pattern of Go', () => {
  test.each([
    ['^(?i)(abort|warn)?$', ['', 'Abort', 'WARN'], ['aborted', 'x']],
    ['^((?i)sun|mon)day$', ['SUNday', 'sunday', 'MONday'], ['SUNDAY', 'xday']],
    ['(?i:ab)c', ['ABc'], ['ABC']],
    ['(?i)[a-c_]+$', ['AbC_'], ['d']],
    ['^a.b$', ['axb', 'a\rb'], ['a\nb']],
    ['(?s)^a.b$', ['a\nb'], []],
    ['(?m)^b$', ['a\nb\nc'], ['ab']],
    [String.raw`\Aab\z`, ['ab'], ['ab\n', 'xab']],
    [String.raw`^\pL+$`, ['äöü', 'ab'], ['a1']],
    [String.raw`^\p{Greek}+$`, ['αβ'], ['ab']],
    [String.raw`^[[:alpha:][:digit:]-]+$`, ['a-1'], ['a_1']],
    [String.raw`^\Qa.b*\E$`, ['a.b*'], ['axb']],
    [String.raw`^[a-z0-9]([\-a-z0-9]*[a-z0-9])?$`, ['a-b', 'a'], ['-a', 'A']],
    [String.raw`^[\w\.\/@:-]+$`, ['a.b/c@d:e-f'], ['a b']],
    [String.raw`^(\d+)(\.\d+)?\"$`, ['1.5"'], ['1.5']],
    [String.raw`^[\w\s:/.\\-]+$`, ['a b\\-c'], ['a;b', '\v']],
    [String.raw`^\s\S$`, [' a'], ['aa', '  ']],
    ['^[]a]+$', [']a'], ['b']],
    ['^[^]a]+$', ['b'], [']']],
    ['^a{2,3}$', ['aa', 'aaa'], ['a']],
    ['^{a}$', ['{a}'], ['a']],
    ['(?P<year>[0-9]{4})', ['2026'], ['abc']],
    ['^[0-9]{1,3}(%)?$', ['50%'], ['50%%']],
    [String.raw`^\x{1F600}\x41$`, ['😀A'], ['A']],
    ['^(?U)a+$', ['aa'], ['b']],
  ])('%j matches', (pattern, yes, no) => {
    const expression = goExpression(pattern)

    expect(yes.filter((text) => !expression.test(text))).toEqual([])
    expect(no.filter((text) => expression.test(text))).toEqual([])
  })

  test.each([
    ['a(?=b)', 'invalid or unsupported Perl syntax: `(?=`'],
    ['(?<!a)b', 'invalid or unsupported Perl syntax: `(?<`'],
    [String.raw`(a)\1`, String.raw`invalid escape sequence: ${'`'}\1${'`'}`],
    ['(a', 'missing closing ): `(a`'],
    ['a)', 'unexpected ): `a)`'],
    ['[a', 'missing closing ]: `[a`'],
    ['*a', 'missing argument to repetition operator: `*`'],
    ['a**', 'invalid nested repetition operator: `**`'],
    ['a{1001}', 'invalid repeat count: `{1001}`'],
    ['[z-a]', 'invalid character class range: `z-a`'],
    ['a\\', 'trailing backslash at end of expression: ``'],
  ])('%j is none', (pattern, why) => {
    expect(() => goExpression(pattern)).toThrow(`error parsing regexp: ${why}`)
  })
})
