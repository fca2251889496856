/**
 * From `-o FORMAT` to a function that prints an object; tables are `table.ts`'s.
 * Source: cli-runtime/pkg/genericclioptions/print_flags.go and its parts; kubectl/pkg/cmd/get/get_flags.go.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Context } from '../command.ts'
import { CliFault } from '../errors.ts'
import { groupOf, type Wire } from '../wire.ts'
import { goTemplate } from './go-template.ts'
import { jsonText } from './json.ts'
import { jsonPath } from './jsonpath.ts'
import { parseTemplate } from './jsonpath-parse.ts'
import { yamlText } from './yaml.ts'

/** Text for one object, with its line ends. Called again, it says what separates two. */
export type Printer = (object: Wire) => string

const FORMATS = [
  'go-template',
  'go-template-file',
  'json',
  'jsonpath',
  'jsonpath-as-json',
  'jsonpath-file',
  'kyaml',
  'name',
  'template',
  'templatefile',
  'yaml',
]

/**
 * @param operation what has been done, for `pod/web created`; '' prints the name alone
 * @param more      formats that the command has beside the usual ones
 * @throws CliFault naming the formats there are
 */
export function printerFor(
  context: Pick<Context, 'flags' | 'ports'>,
  operation = '',
  more: readonly string[] = [],
): Printer {
  const { flags } = context
  const format = flags.text('output') || (flags.text('template') === '' ? '' : 'go-template')
  switch (format) {
    case 'json':
      return (object) => jsonText(shownFields(context, object))
    case 'yaml':
      return yamlPrinter(context)
    case 'name':
      return (object) => `${objectName(object)}\n`
    case '':
      return (object) => `${objectName(object)}${operation === '' ? '' : ` ${operation}`}\n`
    default:
      return templatePrinter(context, format) ?? noPrinter(format, more)
  }
}

/** `pod/web`, `deployment.apps/web`. */
export function objectName({ apiVersion = '', kind = '', metadata }: Wire): string {
  const group = groupOf(apiVersion)
  const type = group === '' ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`
  return `${type}/${metadata?.name || '<unknown>'}`
}

/** An object without what kubectl hides unless told otherwise. */
export function shownFields({ flags }: Pick<Context, 'flags'>, object: Wire): Wire {
  if (flags.on('show-managed-fields')) return object
  if (object?.items) return { ...object, items: object.items.map((item: Wire) => shownFields({ flags }, item)) }
  if (!object?.metadata?.managedFields) return object
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata }
}

function yamlPrinter(context: Pick<Context, 'flags'>): Printer {
  let printed = 0
  return (object) => `${printed++ > 0 ? '---\n' : ''}${yamlText(shownFields(context, object))}`
}

function templatePrinter(context: Pick<Context, 'flags' | 'ports'>, format: string): Printer | undefined {
  const { flags, ports } = context
  const [, kind = '', inline = ''] = /^([^=]*)=?(.*)$/s.exec(format) ?? []
  if (!/^(jsonpath(-as-json|-file)?|go-template(-file)?|template(file)?)$/.test(kind)) return undefined
  let template = flags.text('template') || inline
  if (template === '') throw new CliFault('template format specified but no template given')
  if (kind.endsWith('file')) template = readTemplate(path.resolve(ports.cwd, template), template)
  const missingIsFault = !flags.on('allow-missing-template-keys')
  if (!kind.startsWith('jsonpath')) return goTemplate(template, { missingIsFault })
  try {
    parseTemplate(template)
  } catch (fault) {
    throw new CliFault(`error parsing jsonpath ${template}, ${(fault as Error).message}`)
  }
  return (object) => jsonPath(template, object, { missingIsFault, asJson: kind === 'jsonpath-as-json' })
}

function readTemplate(file: string, name: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new CliFault(`error reading --template ${name}, open ${name}: no such file or directory`)
  }
}

function noPrinter(format: string, more: readonly string[]): never {
  if (format === 'kyaml') throw new CliFault('the fake kubectl does not print kyaml; use the stock kubectl, or -o yaml')
  const allowed = [...FORMATS, ...more].sort().join(',')
  throw new CliFault(
    `unable to match a printer suitable for the output format ${JSON.stringify(format)}, allowed formats are: ${allowed}`,
  )
}
