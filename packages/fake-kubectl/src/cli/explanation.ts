/**
 * An OpenAPI schema as text. Source: kubectl/pkg/explain/v2/templates/plaintext.tmpl.
 */
import type { Resource } from './discovery.ts'
import { CliFault } from './errors.ts'
import { byBytes, type Wire } from './wire.ts'

export type Question = { readonly resource: Resource; readonly fields: readonly string[]; readonly recursive: boolean }

const WIDTH = 76
const ENUMS_SHOWN = 4

/** @throws CliFault for a field that does not exist */
export function explanation(document: Wire, { resource, fields, recursive }: Question): string {
  const { group, version, kind, plural } = resource
  const schemas: Wire[] = Object.values(document.components?.schemas ?? {})
  const schema = schemas.find((each) =>
    each['x-kubernetes-group-version-kind']?.some(
      (gvk: Wire) => gvk.group === group && gvk.version === version && gvk.kind === kind,
    ),
  )
  if (!schema) throw new CliFault(`error: GVR (${group}/${version}, Resource=${plural}) not found in OpenAPI schema`)
  const text = new Explainer(document, recursive).output(schema, fields, new Set())
  if (text === '') throw new CliFault(`error: field ${JSON.stringify(fields.at(-1))} does not exist`)
  return `${group === '' ? '' : `GROUP:      ${group}\n`}KIND:       ${kind}\nVERSION:    ${version}\n\n${text}\n`
}

class Explainer {
  readonly #document: Wire
  readonly #recursive: boolean

  constructor(document: Wire, recursive: boolean) {
    this.#document = document
    this.#recursive = recursive
  }

  /** Follows the fields, then tells of where they lead; '' when they lead nowhere. */
  output(schema: Wire, fields: readonly string[], seen: ReadonlySet<string>): string {
    const reference: string = schema.$ref ?? ''
    const resolved = this.#resolve(schema)
    if (fields.length === 0) return this.#about(resolved)
    if (reference !== '' && seen.has(reference)) return ''
    const [name = '', ...rest] = fields
    const next = new Set([...seen, ...(reference === '' ? [] : [reference])])
    const property = resolved.properties?.[name]
    if (property) {
      const head = rest.length === 0 ? `FIELD: ${name} <${this.#type(property)}>\n${longEnum(property)}\n\n` : ''
      return head + this.output(property, rest, new Set())
    }
    if (resolved.items) return this.output(resolved.items, fields, next)
    if (isSchema(resolved.additionalProperties)) return this.output(resolved.additionalProperties, fields, next)
    for (const each of resolved.allOf ?? []) {
      const found = this.output(each, fields, next)
      if (found !== '') return found
    }
    return ''
  }

  #about(schema: Wire): string {
    const description = this.#description(schema) || '<empty>'
    const list = this.#fieldList(schema, 1, new Set())
    return `DESCRIPTION:\n${indent(4, wrap(description, WIDTH))}\n${list === '' ? '' : `FIELDS:\n${list}`}`
  }

  #description(schema: Wire): string {
    const resolved = this.#resolve(schema)
    const own = resolved.description ? `${resolved.description}\n` : ''
    const others = [...(resolved.allOf ?? []), resolved.items, resolved.additionalProperties].filter(isSchema)
    return own + others.map((each) => this.#description(each)).join('')
  }

  #fieldList(schema: Wire, level: number, seen: ReadonlySet<string>): string {
    const reference: string = schema.$ref ?? ''
    if (reference !== '' && seen.has(reference)) return ''
    const next = new Set([...seen, reference])
    const resolved = this.#resolve(schema)
    const names = Object.keys(resolved.properties ?? {}).sort(byBytes)
    const own = names.map((name) => {
      const below = this.#recursive ? this.#fieldList(resolved.properties[name], level + 1, next) : ''
      return this.#field(resolved, name, level) + below
    })
    const others = [...(resolved.allOf ?? []), resolved.items, resolved.additionalProperties].filter(isSchema)
    return own.join('') + others.map((each) => this.#fieldList(each, level, next)).join('')
  }

  #field(schema: Wire, name: string, level: number): string {
    const property = schema.properties[name]
    const amount = level * 2
    const required = schema.required?.includes(name) ? ' -required-' : ''
    const head = `${indent(amount, name)}\t<${this.#type(property)}>${required}${shortEnum(property, amount)}\n`
    if (this.#recursive) return head
    return `${head}${indent(amount + 2, wrap(property.description || '<no description>', 78 - amount))}\n\n`
  }

  #type(schema: Wire): string {
    if (schema.items) return `[]${this.#type(schema.items)}`
    if (isSchema(schema.additionalProperties)) return `map[string]${this.#type(schema.additionalProperties)}`
    if (schema.allOf?.length === 1 && !schema.properties) return this.#type(schema.allOf[0])
    if (schema.$ref) {
      const found = this.#resolve(schema)
      if (found === schema || !found.type || found.type === 'object')
        return schema.$ref.split('/').at(-1).split('.').at(-1) || 'Object'
      return found.type
    }
    return schema.type === 'object' ? 'Object' : (schema.type ?? 'Object')
  }

  #resolve(schema: Wire): Wire {
    if (!schema.$ref?.startsWith('#/')) return schema
    const found = schema.$ref
      .slice(2)
      .split('/')
      .reduce((at: Wire, key: string) => at?.[key], this.#document)
    return found ?? schema
  }
}

function isSchema(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function enumText(value: unknown): string {
  return value === '' ? '""' : String(value)
}

function longEnum({ enum: values }: Wire): string {
  return values?.length > 0 ? `ENUM:${values.map((value: unknown) => `\n    ${enumText(value)}`).join('')}` : ''
}

function shortEnum({ enum: values }: Wire, amount: number): string {
  if (!(values?.length > 0)) return ''
  const shown = values.slice(0, ENUMS_SHOWN).map(enumText).join(', ')
  return `\n${' '.repeat(amount)}enum: ${shown}${values.length > ENUMS_SHOWN ? ', ....' : ''}`
}

function indent(amount: number, text: string): string {
  const pad = ' '.repeat(amount)
  return pad + text.replaceAll('\n', `\n${pad}`)
}

/** Lines of at most so many letters, broken between words. Source: mitchellh/go-wordwrap. */
export function wrap(text: string, limit: number): string {
  let out = ''
  let current = 0
  let word = ''
  let space = ''
  const flush = (): void => {
    current += space.length + word.length
    out += space + word
    space = word = ''
  }
  for (const character of text) {
    if (character === '\n') {
      if (word === '' && current + space.length > limit) space = ''
      flush()
      out += '\n'
      current = 0
    } else if (/\s/.test(character) && character !== '\u00A0') {
      if (space === '' || word !== '') flush()
      space += character
    } else {
      word += character
      if (current + word.length + space.length > limit && word.length < limit) {
        out += '\n'
        current = 0
        space = ''
      }
    }
  }
  return word === '' && current + space.length > limit ? out : out + space + word
}
