/**
 * The parameters of a request, from its address and its form, and what is wrong with them.
 * Source: prometheus/web/api/v1/api.go
 */
import { durationMs } from '../promql/duration.ts'

/** Becomes an answer of its own; `kind` is Prometheus' errorType. */
export class ApiFault extends Error {
  override readonly name = 'ApiFault'
  readonly code: number
  readonly kind: string

  constructor(code: number, kind: string, message: string) {
    super(message)
    this.code = code
    this.kind = kind
  }
}

export function badData(message: string): ApiFault {
  return new ApiFault(400, 'bad_data', message)
}

export class Parameters {
  readonly #values: URLSearchParams
  readonly #offsetMs: number

  /** @param offsetMs what the client's clock shows more than ours */
  constructor(values: URLSearchParams, offsetMs: number) {
    this.#values = values
    this.#offsetMs = offsetMs
  }

  static async of(request: Request, offsetMs: number): Promise<Parameters> {
    const values = new URL(request.url).searchParams
    const isForm = request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')
    if (request.method === 'POST' && isForm)
      for (const [name, value] of new URLSearchParams(await request.text())) values.append(name, value)
    return new Parameters(values, offsetMs)
  }

  text(name: string): string {
    return this.#values.get(name) ?? ''
  }

  all(name: string): string[] {
    return this.#values.getAll(name)
  }

  /** In our milliseconds; `otherwiseMs` when it is not given. */
  timeMs(name: string, otherwiseMs?: number): number {
    const text = this.text(name)
    if (text === '' && otherwiseMs !== undefined) return otherwiseMs
    const ms = /^[-+]?[\d.]+(e[-+]?\d+)?$/i.test(text) ? Number(text) * 1000 : rfc3339Ms(text)
    if (Number.isNaN(ms)) throw badData(`invalid parameter "${name}": cannot parse "${text}" to a valid timestamp`)
    return Math.round(ms) - this.#offsetMs
  }

  durationMs(name: string): number {
    const text = this.text(name)
    const ms = durationMs(text) ?? (text === '' ? NaN : Number(text) * 1000)
    if (Number.isNaN(ms)) throw badData(`invalid parameter "${name}": cannot parse "${text}" to a valid duration`)
    return Math.round(ms)
  }
}

function rfc3339Ms(text: string): number {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)$/.test(text) ? Date.parse(text) : NaN
}
