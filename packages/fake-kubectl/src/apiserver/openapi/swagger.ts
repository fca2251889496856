/**
 * `/openapi/v2`, for clients from before version 3: all types in one Swagger 2.0 document, and the operations that they
 * look for, without what is only to be read.
 * Source: kube-openapi/pkg/builder; the document of a 1.36 server.
 */
import type { Fields } from '../../api/meta.ts'
import { reference, type Dialect } from './component.ts'
import { components, INFO, type Source } from './group-document.ts'
import { pathsOf, type Paths } from './operations.ts'
import { rowsOf } from './type-names.ts'

type GroupVersion = { readonly group: string; readonly version: string }

export function swagger(source: Source, groups: readonly GroupVersion[]): Fields {
  const wanted = new Set<string>()
  const { descriptions } = source
  const dialect: Dialect = { version: 2, descriptions, refer: (name) => wanted.add(name), atomic: new Set() }
  const rows = groups.flatMap(({ group, version }) => rowsOf(source.kinds, group, version))
  const paths = rows.map((row) => pathsOf(row, (name) => reference(name, dialect)))
  const described = Object.entries(Object.assign({}, ...paths) as Paths)
  return {
    swagger: '2.0',
    info: INFO,
    paths: Object.fromEntries(described.map(([path, operations]) => [path, pathItem(operations)])),
    definitions: components(wanted, source, dialect),
    securityDefinitions: {
      BearerToken: { type: 'apiKey', description: 'Bearer Token authentication', name: 'authorization', in: 'header' },
    },
    security: [{ BearerToken: [] }],
  }
}

function pathItem({ parameters, ...operations }: Fields): Fields {
  const converted = Object.entries(operations).map(([method, it]) => [method, operation(it as Operation)])
  return { ...Object.fromEntries(converted), parameters: (parameters as Parameter[]).map((it) => parameter(it)) }
}

type Content = Readonly<Record<string, { schema: Fields }>>
type Parameter = { name: string; in: string; required?: boolean; schema: Fields }
type Operation = {
  parameters?: Parameter[]
  requestBody?: { content: Content; required?: boolean }
  responses: Readonly<Record<string, { description: string; content?: Content }>>
}

/** Version 2 has the body among the parameters, and one schema for all media types. */
function operation({ parameters = [], requestBody, responses, ...rest }: Operation): Fields {
  const body = requestBody && {
    name: 'body',
    in: 'body',
    ...(requestBody.required && { required: true }),
    schema: Object.values(requestBody.content)[0]!.schema,
  }
  const answers = Object.entries(responses).map(([code, { description, content = {} }]) => [
    code,
    { description, ...Object.values(content)[0] },
  ])
  return {
    ...rest,
    consumes: requestBody ? Object.keys(requestBody.content) : ['*/*'],
    produces: [...new Set(Object.values(responses).flatMap(({ content = {} }) => Object.keys(content)))],
    schemes: ['https'],
    parameters: [...parameters.map((it) => parameter(it)), ...(body ? [body] : [])],
    responses: Object.fromEntries(answers),
  }
}

function parameter({ schema, ...rest }: Parameter): Fields {
  return { ...rest, ...schema }
}
