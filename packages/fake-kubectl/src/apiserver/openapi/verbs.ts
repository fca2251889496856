/**
 * What each verb is in OpenAPI: its words, its parameters, its answers.
 * Source: apiserver/pkg/endpoints/installer.go; published documents of a 1.36 server.
 */
import type { Fields } from '../../api/meta.ts'

export const CODES = { 200: 'OK', 201: 'Created', 202: 'Accepted' }

export type Verb = {
  readonly verb: string
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  readonly action: string
  /** How operationId begins. */
  readonly id: string
  readonly says: string
  readonly parameters: readonly Fields[]
  readonly codes: readonly (keyof typeof CODES)[]
}

export function parameter(name: string, type = 'string'): Fields {
  return { name, in: 'query', schema: { type, uniqueItems: true } }
}

export const PRETTY = parameter('pretty')
const WRITE = [parameter('dryRun'), parameter('fieldManager'), parameter('fieldValidation')]
const SELECT = [
  parameter('continue'),
  parameter('fieldSelector'),
  parameter('labelSelector'),
  parameter('limit', 'integer'),
  parameter('resourceVersion'),
  parameter('resourceVersionMatch'),
  parameter('sendInitialEvents', 'boolean'),
  parameter('timeoutSeconds', 'integer'),
]
const DELETE = [
  parameter('dryRun'),
  parameter('gracePeriodSeconds', 'integer'),
  parameter('orphanDependents', 'boolean'),
  parameter('propagationPolicy'),
]
export const LIST = [parameter('allowWatchBookmarks', 'boolean'), ...SELECT, parameter('watch', 'boolean')]

/** Verbs on `/pods`. */
export const COLLECTION: readonly Verb[] = [
  {
    verb: 'list',
    method: 'get',
    action: 'list',
    id: 'list',
    says: 'list or watch objects of kind',
    parameters: LIST,
    codes: [200],
  },
  {
    verb: 'create',
    method: 'post',
    action: 'post',
    id: 'create',
    says: 'create a',
    parameters: WRITE,
    codes: [200, 201, 202],
  },
  {
    verb: 'deletecollection',
    method: 'delete',
    action: 'deletecollection',
    id: 'delete',
    says: 'delete collection of',
    parameters: [...SELECT, ...DELETE],
    codes: [200],
  },
]

/** Verbs on `/pods/{name}`. */
export const NAMED: readonly Verb[] = [
  {
    verb: 'get',
    method: 'get',
    action: 'get',
    id: 'read',
    says: 'read the specified',
    parameters: [],
    codes: [200],
  },
  {
    verb: 'update',
    method: 'put',
    action: 'put',
    id: 'replace',
    says: 'replace the specified',
    parameters: WRITE,
    codes: [200, 201],
  },
  {
    verb: 'patch',
    method: 'patch',
    action: 'patch',
    id: 'patch',
    says: 'partially update the specified',
    parameters: [...WRITE, parameter('force', 'boolean')],
    codes: [200, 201],
  },
  {
    verb: 'delete',
    method: 'delete',
    action: 'delete',
    id: 'delete',
    says: 'delete a',
    parameters: DELETE,
    codes: [200, 202],
  },
]
