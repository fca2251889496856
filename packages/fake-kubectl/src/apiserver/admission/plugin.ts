/** What an admission plugin is handed: a write that was decoded and defaulted, and has not reached the store. */
import type { ResourceType } from '../../api/kinds/row.ts'
import type { KubeObject } from '../../api/meta.ts'
import { forbidden } from '../../api/status.ts'
import type { Draft } from '../defaults/rules/rule.ts'
import type { Server, User } from '../server.ts'

/** What of the server it takes to make an object. */
export type Creator = Pick<Server, 'schema' | 'kinds' | 'store' | 'clock' | 'random'> & Partial<Pick<Server, 'options'>>

export type Write = {
  readonly server: Creator
  readonly type: ResourceType
  readonly operation: 'CREATE' | 'UPDATE'
  readonly subresource: string
  /** Mutating plugins change it in place: it is this request's alone. */
  readonly object: KubeObject & Draft
  readonly previous?: KubeObject
  /** Everything happens but what would be stored. */
  readonly isDryRun?: boolean
  /** Absent for what the simulator itself creates, which is taken on trust. */
  readonly user?: User
  /** Told to the client; absent where there is none. */
  readonly warnings?: string[]
}

/** @throws ApiError when it refuses the write */
export type Step = (write: Write) => void

export type Plugin = {
  readonly name: string
  /** Storage names of the kinds it looks at. */
  readonly kinds: readonly string[]
  /** Before validation; may change the object. */
  readonly admit?: Step
  /** After it; may only refuse. */
  readonly validate?: Step
}

/** 403 in the words of whichever plugin. */
export function refused({ type, object }: Write, why: string): Error {
  const { name, generateName } = object.metadata
  return forbidden(type, name || generateName || 'Unknown', why)
}

export function isCreate({ operation, subresource }: Write): boolean {
  return operation === 'CREATE' && subresource === ''
}
