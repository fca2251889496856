/**
 * `$((…))`: whole numbers, variables, the usual operators.
 * Source: POSIX.1-2024, Shell Command Language, 2.6.4 Arithmetic Expansion.
 */

type Variables = { get(name: string): string | undefined }

const TOKEN = /\s*(\d+|[A-Za-z_]\w*|<=|>=|==|!=|&&|\|\||[-+*/%()<>!])/y
/** Weakest first. */
const LEVELS = [['||'], ['&&'], ['==', '!='], ['<', '<=', '>', '>='], ['+', '-'], ['*', '/', '%']]
const OPERATIONS: Record<string, (a: number, b: number) => number> = {
  '||': (a, b) => Number(a !== 0 || b !== 0),
  '&&': (a, b) => Number(a !== 0 && b !== 0),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '<': (a, b) => Number(a < b),
  '<=': (a, b) => Number(a <= b),
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => Math.trunc(a / b),
  '%': (a, b) => a % b,
}

export class ArithmeticFault extends Error {
  override readonly name = 'ArithmeticFault'
}

/** @throws ArithmeticFault */
export function calculate(text: string, variables: Variables): number {
  const tokens = tokensOf(text)
  const value = level(tokens, 0, variables)
  if (tokens.length > 0) throw new ArithmeticFault(`arithmetic expression: expecting EOF: "${text}"`)
  return value
}

function tokensOf(text: string): string[] {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const match = TOKEN.exec(text)
    if (!match) throw new ArithmeticFault(`arithmetic expression: expecting primary: "${text}"`)
    tokens.push(match[1]!)
  }
  return tokens
}

function level(tokens: string[], depth: number, variables: Variables): number {
  const operators = LEVELS[depth]
  if (!operators) return primary(tokens, variables)
  let value = level(tokens, depth + 1, variables)
  while (operators.includes(tokens[0] ?? '')) {
    const operator = tokens.shift()!
    const right = level(tokens, depth + 1, variables)
    if (right === 0 && (operator === '/' || operator === '%')) throw new ArithmeticFault('division by zero')
    value = OPERATIONS[operator]!(value, right)
  }
  return value
}

function primary(tokens: string[], variables: Variables): number {
  const token = tokens.shift() ?? ''
  if (token === '-') return -primary(tokens, variables)
  if (token === '+') return primary(tokens, variables)
  if (token === '!') return Number(primary(tokens, variables) === 0)
  if (token === '(') {
    const value = level(tokens, 0, variables)
    if (tokens.shift() !== ')') throw new ArithmeticFault("arithmetic expression: expecting ')'")
    return value
  }
  if (/^\d/.test(token)) return Number(token)
  if (/^[A-Za-z_]/.test(token)) return Number(variables.get(token) ?? 0) || 0
  throw new ArithmeticFault('arithmetic expression: expecting primary')
}
