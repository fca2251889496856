/** `kubectl create namespace|serviceaccount|quota|poddisruptionbudget|priorityclass`. Source: kubectl/pkg/cmd/create. */
import { canonical } from '../describe/quantities.ts'
import { CliFault } from '../errors.ts'
import type { Wire } from '../wire.ts'
import { demand, type Generator } from './generator.ts'

export const namespace: Generator = {
  name: 'namespace',
  aliases: ['ns'],
  short: 'Create a namespace with the specified name',
  usage: 'NAME',
  flags: [],
  resource: { group: '', version: 'v1', plural: 'namespaces', namespaced: false },
  make: (_, name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: {}, status: {} }),
}

export const serviceAccount: Generator = {
  name: 'serviceaccount',
  aliases: ['sa'],
  short: 'Create a service account with the specified name',
  usage: 'NAME',
  flags: [],
  resource: { group: '', version: 'v1', plural: 'serviceaccounts', namespaced: true },
  failure: 'failed to create serviceaccount: ',
  make: (_, name) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } }),
}

export const quota: Generator = {
  name: 'quota',
  aliases: ['resourcequota'],
  short: 'Create a quota with the specified name',
  usage: 'NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2]',
  flags: [
    ['hard', '', 'string', '', 'resource=quantity, with commas between.'],
    ['scopes', '', 'string', '', 'Scopes, with commas between.'],
  ],
  resource: { group: '', version: 'v1', plural: 'resourcequotas', namespaced: true },
  failure: 'failed to create quota: ',
  make({ flags }, name) {
    const hard = flags.text('hard') === '' ? undefined : Object.fromEntries(flags.text('hard').split(',').map(amountOf))
    const scopes = flags.text('scopes') === '' ? undefined : flags.text('scopes').split(',')
    if (scopes?.includes('')) throw new CliFault('invalid resource quota scope ""')
    const spec = { ...(hard && { hard }), ...(scopes && { scopes }) }
    return { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name }, spec, status: {} }
  },
}

export function amountOf(text: string): [string, string] {
  const [name, amount, more] = text.split('=')
  if (!name || !amount || more !== undefined) {
    throw new CliFault(`Invalid argument syntax ${text}, expected <resource>=<value>`)
  }
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/.test(amount)) {
    throw new CliFault("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
  }
  return [name, canonical(amount)]
}

export const budget: Generator = {
  name: 'poddisruptionbudget',
  aliases: ['pdb'],
  short: 'Create a pod disruption budget with the specified name',
  usage: 'NAME --selector=SELECTOR --min-available=N',
  flags: [
    ['max-unavailable', '', 'string', '', 'How many, or which share, may be missing.'],
    ['min-available', '', 'string', '', 'How many, or which share, must be there.'],
    ['selector', '', 'string', '', 'Labels of the pods.'],
  ],
  resource: { group: 'policy', version: 'v1', plural: 'poddisruptionbudgets', namespaced: true },
  failure: 'failed to create poddisruptionbudgets: ',
  make({ flags }, name) {
    const [least, most] = [flags.text('min-available'), flags.text('max-unavailable')]
    if (flags.text('selector') === '') throw new CliFault('a selector must be specified')
    if (least === '' && most === '') throw new CliFault('one of min-available or max-unavailable must be specified')
    if (least !== '' && most !== '') throw new CliFault('min-available and max-unavailable cannot be both specified')
    for (const [flag, value] of [
      ['min-available', least],
      ['max-unavailable', most],
    ] as const) {
      if (value !== '' && !/^\d+%?$/.test(value)) throw new CliFault(`invalid format specified for ${flag}`)
    }
    const amount = (text: string): string | number => (text.endsWith('%') ? text : Number(text))
    return {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name },
      spec: {
        ...(least && { minAvailable: amount(least) }),
        selector: selectorOf(flags.text('selector')),
        ...(most && { maxUnavailable: amount(most) }),
      },
      status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
    }
  },
}

function selectorOf(text: string): Wire {
  return { matchLabels: Object.fromEntries(text.split(',').map((pair) => pair.split(/==?(.*)/s).slice(0, 2))) }
}

export const priorityClass: Generator = {
  name: 'priorityclass',
  aliases: ['pc'],
  short: 'Create a priority class with the specified name',
  usage: 'NAME --value=VALUE [--global-default=BOOL]',
  flags: [
    ['description', '', 'string', '', 'What it is for.'],
    ['global-default', '', 'bool', 'false', 'For pods that name none.'],
    ['preemption-policy', '', 'string', 'PreemptLowerPriority', 'PreemptLowerPriority or Never.'],
    ['value', '', 'int', '0', 'The priority.'],
  ],
  resource: { group: 'scheduling.k8s.io', version: 'v1', plural: 'priorityclasses', namespaced: false },
  failure: 'failed to create priorityclass: ',
  make(context, name) {
    demand(context, 'value')
    const { flags } = context
    return {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name },
      value: flags.number('value'),
      ...(flags.on('global-default') && { globalDefault: true }),
      ...(flags.text('description') !== '' && { description: flags.text('description') }),
      preemptionPolicy: flags.text('preemption-policy'),
    }
  },
}
