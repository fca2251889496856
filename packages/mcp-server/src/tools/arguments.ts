/**
 * Arguments that several tools take. Their limits are the API's own, so that what passes can stand in a path.
 * Sources: RFC 1123 labels; apimachinery, IsValidPathSegmentName; RBAC names, which may hold a colon.
 */
import { z } from 'zod'

export const objectName: z.ZodString = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9]([A-Za-z0-9._:-]*[A-Za-z0-9])?$/, 'expected the name of an object, such as web-6d4cf56db6-x7k2p')

export const namespaceName: z.ZodString = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'expected the name of a namespace, such as shop')

export const selector: z.ZodString = z
  .string()
  .max(1000)
  .regex(/^\P{Cc}*$/u, 'expected one line')
