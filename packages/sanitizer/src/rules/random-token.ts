/**
 * Tokens of vendors that no rule knows. Most have a prefix that names vendor and kind, and a body that no person would
 * write: `acme_live_…`, `xyz-pat-…`. Ids look much the same, so a body counts only when it is long and mixed, or when the
 * prefix says what it is.
 * Source: GitHub's and Okta's notes on token formats, which others follow.
 */
import { matchesOf, type Rule, type Span } from '../rule.ts'

const mixed = ['aB3xK9', 'pQ7mZ2', 'vT5w'].join('')

export const randomToken: Rule = {
  id: 'random-token',
  keywords: ['_', '-', '.'],
  needsRun: true,
  find: findTokens,
  finds: [
    `acme_live_${mixed}${mixed}`,
    `xyz_pat_${'0a1b9c8d'.repeat(4)}`,
    `zrk-${mixed}${mixed}Qw8`,
    `use tok_${mixed}aB1`,
  ],
  ignores: [
    'web-7b9d5f6c8d-x2x9z',
    `sha256-${'0a1b'.repeat(16)}`,
    `pi_${mixed}Qw8a`,
    'registry.example/shop/web_server:v1.2.3-20261126',
    'kube_pod_container_status_last_terminated_reason',
    `sha512-${mixed}${mixed}${mixed}==`,
    'ip-10-0-12-34.eu-central-1.compute.internal',
    'node_namespace_pod_container:container_cpu_usage_seconds_total:sum_irate',
    'arn:aws:iam::123456789012:role/EksNodeRole-1A2B3C4D5E6F',
  ],
}

const CANDIDATE =
  /(?<![A-Za-z0-9_.+/-])([A-Za-z][A-Za-z0-9]{0,11}(?:[_-][A-Za-z0-9]{1,10}){0,3}[_-])([A-Za-z0-9][A-Za-z0-9_-]{15,250})(?![A-Za-z0-9])/g
const TELLING =
  /(?:^|[_-])(?:live|prod|test|secret|sec|sk|key|token|tok|pat|api|auth|priv|access|refresh|bot|oauth|cred|pass)[_-]/i
const HARMLESS_PREFIX = /^(?:sha\d{1,3}|md5|urn|uuid|h1|request|req|trace|span|etag)[_-]/i

function* findTokens(text: string): Iterable<Span> {
  for (const { 0: found, 1: prefix = '', 2: body = '', index } of matchesOf(text, CANDIDATE)) {
    if (HARMLESS_PREFIX.test(prefix) || !isRandom(prefix, body)) continue
    yield [index, index + found.length]
  }
}

function isRandom(prefix: string, body: string): boolean {
  // What is cut by hyphens into words is a name.
  const longest = body.split(/[_-]/).reduce((most, part) => (part.length > most.length ? part : most), '')
  const isTelling = TELLING.test(prefix)
  if (longest.length < (isTelling ? 18 : 24)) return false
  if (isTelling && /^[0-9a-f]{32,}$/.test(longest)) return /[a-f]/.test(longest) && /\d/.test(longest)
  return longest.length + prefix.length >= 22 && (isTelling || body.length >= 28) && isMixed(longest)
}

/** Capitals, small letters and digits in no order: the kind changes as often as chance would have it. */
export function isMixed(text: string): boolean {
  const kinds = [...text].map((letter) => (/\d/.test(letter) ? 0 : letter < 'a' ? 1 : 2))
  const changes = kinds.filter((kind, i) => i > 0 && kind !== kinds[i - 1]).length
  return new Set(kinds).size === 3 && changes >= text.length * 0.35
}
