/** Pieces that several schemas of this folder share. Each message is what was expected, the end of a sentence. */
import { z } from 'zod'

export const KUBERNETES = 'rbac.authorization.k8s.io/v1'
export const MCP_LAB = 'mcp-lab/v1'

/** An object with these fields and no other: a misspelt `resourceNames` would grant more than its author meant. */
export function strict<Shape extends z.core.$ZodLooseShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape).join(', ')
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? `only ${known}` : `an object with ${known}`),
  })
}

/** Adds a fault that zod's own types can't express. */
export function fault(context: z.core.$RefinementCtx, path: PropertyKey[], expected: string): void {
  context.addIssue({ code: 'custom', path, message: expected })
}

export const text: z.ZodString = z.string('a text')
export const name: z.ZodString = text.min(1, 'at least one character')
export const names: z.ZodArray<z.ZodString> = z.array(name, 'a list of names')
export const words: z.ZodArray<z.ZodString> = z.array(text, 'a list of texts').min(1, 'at least one entry')
export const anything: z.ZodOptional<z.ZodUnknown> = z.unknown().optional()

// What an API server adds to stored objects; it grants nothing.
const BOOKKEEPING = [
  'labels',
  'annotations',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generateName',
  'selfLink',
  'ownerReferences',
  'finalizers',
  'managedFields',
] as const

type Bookkeeping = Record<(typeof BOOKKEEPING)[number], z.ZodOptional<z.ZodUnknown>>
type ClusterMeta = Bookkeeping & { name: z.ZodString }
type NamespacedMeta = ClusterMeta & { namespace: z.ZodString }

const bookkeeping = Object.fromEntries(BOOKKEEPING.map((field) => [field, anything])) as Bookkeeping

export const clusterMeta: z.ZodObject<ClusterMeta, z.core.$strict> = strict({ name, ...bookkeeping })
export const namespacedMeta: z.ZodObject<NamespacedMeta, z.core.$strict> = strict({
  name,
  namespace: name,
  ...bookkeeping,
})
