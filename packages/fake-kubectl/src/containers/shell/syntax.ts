/**
 * What a shell script is made of, after parsing.
 * Source: POSIX.1-2024, Shell Command Language, 2.9 and 2.10; a subset, see SCOPE.md.
 */

export type WordPart =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  | {
      readonly kind: 'parameter'
      readonly name: string
      /** `:-`, `-`, `:=`, `=`, `:+`, `+`, `:?`, `?`, `#`, `##`, `%`, `%%`, or `length`. */
      readonly operator: string
      readonly argument: Word
      readonly quoted: boolean
    }
  | { readonly kind: 'substitution'; readonly script: Node; readonly quoted: boolean }
  | { readonly kind: 'arithmetic'; readonly expression: Word; readonly quoted: boolean }

export type Word = readonly WordPart[]

export type Redirect =
  | { readonly kind: 'file'; readonly fd: number; readonly operator: '<' | '>' | '>>'; readonly target: Word }
  | { readonly kind: 'copy'; readonly fd: number; readonly from: number }
  | { readonly kind: 'here'; readonly text: Word }

export type Node =
  | {
      readonly kind: 'simple'
      readonly assignments: readonly (readonly [name: string, value: Word])[]
      readonly words: readonly Word[]
    }
  | { readonly kind: 'pipeline'; readonly commands: readonly Node[]; readonly negated: boolean }
  | { readonly kind: 'and' | 'or'; readonly left: Node; readonly right: Node }
  | { readonly kind: 'sequence'; readonly nodes: readonly Node[] }
  | {
      readonly kind: 'if'
      readonly branches: readonly (readonly [condition: Node, body: Node])[]
      readonly otherwise: Node | undefined
    }
  | { readonly kind: 'loop'; readonly until: boolean; readonly condition: Node; readonly body: Node }
  | { readonly kind: 'for'; readonly name: string; readonly words: readonly Word[] | undefined; readonly body: Node }
  | { readonly kind: 'subshell'; readonly body: Node }
  | { readonly kind: 'redirected'; readonly command: Node; readonly redirects: readonly Redirect[] }

export class SyntaxFault extends Error {
  override readonly name = 'SyntaxFault'
  /** The text ended in the middle: more input may complete it. */
  readonly unfinished: boolean

  constructor(message: string, unfinished = false) {
    super(`Syntax error: ${message}`)
    this.unfinished = unfinished
  }
}
