/**
 * What a request for logs asks for: how much, since when, in which form.
 * Source: core/v1 PodLogOptions; pkg/apis/core/validation ValidatePodLogOptions.
 */
import { badRequest, forbiddenValue, invalid, invalidValue, type FieldError } from '../../api/status.ts'
import { isTrue } from '../request-info.ts'
import type { ResourceCall } from '../server.ts'

/** `sinceMs` in virtual time; limits that were not given are Infinity. */
export type LogOptions = {
  follow: boolean
  previous: boolean
  timestamps: boolean
  sinceMs: number
  tailLines: number
  limitBytes: number
}

/** @throws ApiError 400 for what is no number, 422 for one out of range */
export function logOptions({ url, server }: ResourceCall): LogOptions {
  const query = url.searchParams
  const { clock } = server
  const tailLines = number(query, 'tailLines', 0)
  const sinceSeconds = number(query, 'sinceSeconds', 1)
  const sinceTime = query.get('sinceTime')
  if (sinceSeconds !== undefined && sinceTime !== null) {
    throw wrong(forbiddenValue('sinceSeconds', 'at most one of `sinceTime` or `sinceSeconds` may be specified'))
  }
  const shown = sinceTime === null ? undefined : Date.parse(sinceTime) - clock.shownOffsetMs
  return {
    follow: isTrue(query.get('follow')),
    previous: isTrue(query.get('previous')),
    timestamps: isTrue(query.get('timestamps')),
    sinceMs: shown ?? (sinceSeconds === undefined ? -Infinity : clock.now() - sinceSeconds * 1000),
    tailLines: tailLines ?? Infinity,
    limitBytes: number(query, 'limitBytes', 1) ?? Infinity,
  }
}

function number(query: URLSearchParams, name: string, least: number): number | undefined {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  if (!/^-?\d{1,15}$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  if (Number(text) >= least) return Number(text)
  throw wrong(invalidValue(name, Number(text), `must be greater than ${least === 0 ? 'or equal to 0' : '0'}`))
}

function wrong(error: FieldError): Error {
  return invalid('PodLogOptions', '', '', [error])
}
