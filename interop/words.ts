/**
 * Splits a command line as a POSIX shell would, without expansions: words, 'single' and "double" quotes, backslashes.
 */
export function words(line: string): string[] {
  const found: string[] = []
  const token = /\s+|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|[^\s'"\\]+/gs
  let word: string | undefined
  for (const [text, single, double, escaped] of line.matchAll(token)) {
    if (/^\s/.test(text)) {
      if (word !== undefined) found.push(word)
      word = undefined
    } else {
      word = (word ?? '') + (single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? text)
    }
  }
  return word === undefined ? found : [...found, word]
}
