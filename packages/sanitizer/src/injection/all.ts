/** The rules for text that gives orders to a model. What they find is flagged and stays; the caller frames it. */
import type { Rule } from '../rule.ts'
import { exfiltration } from './exfiltration.ts'
import { fakeResult } from './fake-result.ts'
import { fakeRole } from './fake-role.ts'
import { override } from './override.ts'

export const allInjectionRules: readonly Rule[] = [override, fakeRole, fakeResult, exfiltration]
