/**
 * PromQL as a tree. Times and ranges are in milliseconds.
 */
import type { Matcher } from '../labels.ts'

/** A selector's moment in place of the evaluation's: a fixed time, or the query's start or end. */
export type At = number | 'start' | 'end'

/** Where a selector looks: so much earlier, from a moment of its own. */
export type Shift = { readonly offsetMs: number; readonly at?: At | undefined }

export type VectorSelector = Shift & { readonly kind: 'vector'; readonly matchers: readonly Matcher[] }
export type MatrixSelector = { readonly kind: 'matrix'; readonly vector: VectorSelector; readonly rangeMs: number }
export type Subquery = Shift & {
  readonly kind: 'subquery'
  readonly expr: Expr
  readonly rangeMs: number
  /** The rules' interval when absent. */
  readonly stepMs?: number | undefined
}
export type Call = { readonly kind: 'call'; readonly name: string; readonly args: readonly Expr[] }
export type Aggregation = {
  readonly kind: 'aggregation'
  readonly op: string
  readonly expr: Expr
  /** k of topk, φ of quantile, the label of count_values. */
  readonly parameter?: Expr | undefined
  readonly without: boolean
  readonly grouping: readonly string[]
}
export type Matching = {
  readonly on: boolean
  readonly labels: readonly string[]
  /** The side that may have many series to one of the other; neither when absent. */
  readonly many?: 'left' | 'right' | undefined
  /** Labels that the many take from the one. */
  readonly include: readonly string[]
}
export type Binary = {
  readonly kind: 'binary'
  readonly op: string
  readonly left: Expr
  readonly right: Expr
  readonly bool: boolean
  readonly matching: Matching
}
export type Unary = { readonly kind: 'unary'; readonly op: '+' | '-'; readonly expr: Expr }
export type Paren = { readonly kind: 'paren'; readonly expr: Expr }
export type NumberLiteral = { readonly kind: 'number'; readonly value: number }
export type StringLiteral = { readonly kind: 'string'; readonly value: string }

export type Expr =
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Call
  | Aggregation
  | Binary
  | Unary
  | Paren
  | NumberLiteral
  | StringLiteral

export type ValueType = 'scalar' | 'string' | 'instant vector' | 'range vector'

export const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '>', '<', '>=', '<='])
export const SET_OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'unless'])

/** A query that is none; the message begins with line and column. */
export class ParseError extends Error {
  override readonly name = 'ParseError'

  constructor(query: string, at: number, message: string) {
    const before = query.slice(0, at).split('\n')
    super(`${before.length}:${before.at(-1)!.length + 1}: parse error: ${message}`)
  }
}
