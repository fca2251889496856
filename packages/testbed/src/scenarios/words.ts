/** A command line in its words, as a shell splits it: quotes hold words together, a backslash takes a letter as it is. */
export function wordsOf(line: string): string[] {
  const words = line.match(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/gs) ?? []
  return words.map((word) =>
    word.replaceAll(
      /\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'/gs,
      (_, escaped?: string, double?: string, single?: string) => {
        if (escaped !== undefined) return escaped
        return single ?? double!.replaceAll(/\\(["\\$])/g, '$1')
      },
    ),
  )
}
