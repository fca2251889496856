/**
 * Regular expressions of POSIX as those of JavaScript, as far as people use them.
 * Source: POSIX.1-2024, 9 Regular Expressions.
 */
import { EXIT, Failure } from '../process.ts'

/** Basic expressions have `+ ? | ( ) { }` as letters, and as operators behind a backslash. */
export function basic(pattern: string): string {
  return classes(pattern).replaceAll(/\\?[+?|(){}]/g, (it) => (it.length === 2 ? it[1]! : `\\${it}`))
}

export function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

/** `[[:digit:]]` */
export function classes(pattern: string): string {
  return pattern.replaceAll(/\[:(\w+):\]/g, (whole, name: string) => CLASSES[name] ?? whole)
}

const CLASSES: Record<string, string> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  blank: ' \\t',
  digit: '0-9',
  lower: 'a-z',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\s',
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
}

/** @throws Failure in words that help */
export function expressionOf(source: string, flags = ''): RegExp {
  try {
    return new RegExp(source, flags)
  } catch {
    throw new Failure(`Invalid regular expression: ${source}`, EXIT.usage) // JavaScript's own words would help nobody here.
  }
}
