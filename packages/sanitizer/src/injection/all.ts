/**
 * The rules for text that gives orders to a model. What they find is flagged. Orders in words stay, since whoever looks for
 * the cause must read them, and the caller frames them; what works by its form alone is taken out.
 */
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
