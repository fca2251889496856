/**
 * The kubeconfig as commands change it: comments and order stay.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseDocument, type Document, type YAMLSeq } from 'yaml'
import type { Context } from '../command.ts'
import { CliFault } from '../errors.ts'
import { configPaths, loadConfig, readConfigFiles } from '../kubeconfig.ts'
import type { Wire } from '../wire.ts'

export function loaded({ ports, flags }: Context): Wire {
  return loadConfig(readConfigFiles(ports, flags))
}

export function named(list: Wire, name: string): Wire {
  return list.find((entry: Wire) => entry.name === name)
}

/** Rewrites a kubeconfig file and keeps its comments. */
export function edit(context: Context, change: (document: Document) => void): string {
  const [file = ''] = configPaths(context.ports, context.flags)
  const document = parseDocument(readFileSync(file, 'utf8'))
  change(document)
  writeFileSync(file, document.toString({ indentSeq: false }), { mode: 0o600 })
  return file
}

export function oneArgument({ args, path }: Context): string {
  const [name] = args
  if (args.length === 1 && name !== undefined && name !== '') return name
  throw new CliFault(`Unexpected args: [${args.join(' ')}]\nSee '${path} -h' for help and examples`)
}

/** @returns the path of a named entry in a list of the kubeconfig, made if it is not there */
export function ensured(document: Document, list: string, name: string): (string | number)[] {
  const at = indexOf(document, list, name)
  if (at >= 0) return [list, at]
  if (!document.hasIn([list])) document.setIn([list], document.createNode([]))
  document.addIn([list], document.createNode({ name, [list.slice(0, -1)]: {} }))
  return [list, (document.getIn([list]) as YAMLSeq).items.length - 1]
}

export function indexOf(document: Document, list: string, name: string): number {
  const entries = (document.toJS() as Wire)?.[list] ?? []
  return entries.findIndex((entry: Wire) => entry.name === name)
}
