/** The rules for text that gives orders to a model. What they find is flagged and stays; the caller frames it. */
import type { Rule } from '../rule.ts'
import { addressed } from './addressed.ts'
import { authority } from './authority.ts'
import { coercion } from './coercion.ts'
import { exfiltration } from './exfiltration.ts'
import { fakeResult } from './fake-result.ts'
import { fakeRole } from './fake-role.ts'
import { hijack } from './hijack.ts'
import { obfuscated } from './obfuscated.ts'
import { overrideAbroad } from './override-abroad.ts'
import { override } from './override.ts'
import { persona } from './persona.ts'
import { secrecy } from './secrecy.ts'
import { steering } from './steering.ts'

export const allInjectionRules: readonly Rule[] = [
  override,
  overrideAbroad,
  persona,
  addressed,
  secrecy,
  steering,
  authority,
  hijack,
  coercion,
  fakeRole,
  fakeResult,
  exfiltration,
  obfuscated,
]
