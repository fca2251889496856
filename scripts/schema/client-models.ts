/**
 * Reads the models that `@kubernetes/client-node` ships: the published schema of one Kubernetes release, with the types
 * of all fields, which are required, and what they mean.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { createRequire } from 'node:module'

export type ModelField = {
  readonly name: string
  readonly type: string
  readonly format: string
  readonly required: boolean
  readonly description: string
}

export type Model = { readonly name: string; readonly description: string; readonly fields: readonly ModelField[] }

type ModelClass = { getAttributeTypeMap?(): { name: string; baseName: string; type: string; format: string }[] }

export async function readModels(from: string): Promise<Model[]> {
  const main = createRequire(path.join(from, 'package.json')).resolve('@kubernetes/client-node')
  const folder = path.join(main, '..', 'gen', 'models')
  const classes = (await import(path.join(folder, 'all.js'))) as Record<string, ModelClass>
  const models = Object.entries(classes).filter(([, it]) => it.getAttributeTypeMap)
  return models.map(([name, it]) => readModel(name, it, readFileSync(path.join(folder, `${name}.d.ts`), 'utf8')))
}

function readModel(name: string, model: ModelClass, declaration: string): Model {
  const declared = new Map(
    [...declaration.matchAll(/(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?'(\w+)'(\?)?: /g)].map((it) => [
      it[2]!,
      { description: text(it[1]), required: it[3] === undefined },
    ]),
  )
  const about = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export declare class/.exec(declaration)?.[1]
  const fields = model.getAttributeTypeMap!().map(({ name: property, baseName, type, format }) => ({
    name: baseName,
    type,
    format,
    ...declared.get(property)!,
  }))
  return { name, description: text(about), fields }
}

function text(comment: string | undefined): string {
  const lines = (comment ?? '').split('\n').map((line) => line.replace(/^\s*\* ?/, ''))
  return lines.join('\n').trim().replaceAll('*_/', '*/')
}
