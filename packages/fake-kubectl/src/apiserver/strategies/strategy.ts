/** What a kind's registry does to an object before it is validated, on the way in and on the way to a new version. */
import type { KubeObject } from '../../api/meta.ts'
import type { Write } from '../admission/plugin.ts'

export type Strategy = {
  /** Changes the new object in place. */
  readonly prepareForCreate?: (write: Write) => void
  readonly prepareForUpdate?: (write: Write, previous: KubeObject) => void
  /** After everything has agreed to the write: what is handed out from a pool. @throws ApiError when it is not to be had */
  readonly allocate?: (write: Write) => void
}
