/**
 * What a name may look like, by the rule its kind follows, with the real server's words when it does not.
 * Source: apimachinery/pkg/util/validation/validation.go; api/validation/path/name.go.
 */

export type NameRule = 'subdomain' | 'label' | 'path-segment'

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/

const SUBDOMAIN_TEXT = String.raw`a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`
const LABEL_TEXT = `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`

/** What is wrong with a name; an empty list when nothing is. */
export function nameErrors(name: string, rule: NameRule): string[] {
  if (rule === 'path-segment') return pathSegmentErrors(name)
  const [pattern, text, limit] =
    rule === 'label' ? ([LABEL, LABEL_TEXT, 63] as const) : ([SUBDOMAIN, SUBDOMAIN_TEXT, 253] as const)
  const errors: string[] = []
  if (name.length > limit) errors.push(`must be no more than ${limit} characters`)
  if (!pattern.test(name)) errors.push(rule === 'label' && SUBDOMAIN.test(name) ? 'must not contain dots' : text)
  return errors
}

function pathSegmentErrors(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`]
  return ['/', '%'].filter((mark) => name.includes(mark)).map((mark) => `may not contain '${mark}'`)
}
