/**
 * What a container cannot be created without: the ConfigMaps and Secrets its environment names, a command its image has,
 * a user that its security context allows.
 * Source: pkg/kubelet/kubelet_pods.go makeEnvironmentVariables; kuberuntime/security_context.go; runc's words.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import type { KubeObject } from '../../api/meta.ts'
import { securityOf } from '../../containers/container.ts'
import { COMMANDS } from '../../containers/commands/all.ts'
import { environment } from '../../containers/environment.ts'
import { hasCommand } from '../../containers/images.ts'
import { firstProcess } from '../../containers/proc.ts'
import { profileOf } from './life.ts'
import { fullName } from './record.ts'
import type { Spec, Sync } from './sync.ts'

type KeyRef = { name?: string; key: string; optional?: boolean }
type Variable = { valueFrom?: { configMapKeyRef?: KeyRef; secretKeyRef?: KeyRef } }
type BundleRef = { name?: string; optional?: boolean }
type Bundle = { configMapRef?: BundleRef; secretRef?: BundleRef }

/** Why the kubelet cannot say how to create the container (CreateContainerConfigError); undefined when it can. */
export function configFault(sync: Sync, spec: Spec): string | undefined {
  return rootFault(sync, spec) ?? bundleFault(sync, spec) ?? variableFault(sync, spec)
}

/** Why the runtime cannot start its first process (StartError); undefined when it can. */
export function startFault(sync: Sync, spec: Spec): string | undefined {
  const profile = profileOf(sync, spec)
  const name = firstProcess(profile, spec, environment(sync.server, sync.pod, spec, sync.nowMs))[0] ?? ''
  const base = name.split('/').at(-1) ?? ''
  const isShown = !name.includes('/') || /^(\/usr)?\/s?bin\//.test(name)
  if (!isShown || !COMMANDS.has(base) || hasCommand(profile, base)) return undefined
  const why = name.includes('/') ? `stat ${name}: no such file or directory` : 'executable file not found in $PATH'
  return `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: ${JSON.stringify(name)}: ${why}`
}

function rootFault(sync: Sync, spec: Spec): string | undefined {
  const { pod } = sync
  const [own, shared] = [securityOf(spec), securityOf(pod.spec)]
  if ((own['runAsNonRoot'] ?? shared['runAsNonRoot']) !== true) return undefined
  const user = own['runAsUser'] ?? shared['runAsUser']
  const place = `(pod: "${fullName(pod)}", container: ${spec.name})`
  if (user === 0) return `container's runAsUser breaks non-root policy ${place}`
  const runsAsRoot = user === undefined && (profileOf(sync, spec).user ?? 0) === 0
  return runsAsRoot ? `container has runAsNonRoot and image will run as root ${place}` : undefined
}

function bundleFault({ server, pod }: Sync, spec: Spec): string | undefined {
  for (const { configMapRef, secretRef } of (spec['envFrom'] ?? []) as Bundle[]) {
    const [plural, kind, ref] = configMapRef
      ? (['configmaps', 'configmap', configMapRef] as const)
      : (['secrets', 'secret', secretRef] as const)
    if (!ref || ref.optional || server.store.find(builtIn(plural), pod.metadata.namespace ?? '', ref.name ?? ''))
      continue
    return `${kind} ${JSON.stringify(ref.name)} not found`
  }
  return undefined
}

function variableFault({ server, pod }: Sync, spec: Spec): string | undefined {
  const { namespace = '' } = pod.metadata
  for (const { valueFrom } of (spec['env'] ?? []) as Variable[]) {
    const { configMapKeyRef, secretKeyRef } = valueFrom ?? {}
    const ref = configMapKeyRef ?? secretKeyRef
    if (!ref || ref.optional) continue
    const [plural, kind] = configMapKeyRef ? (['configmaps', 'ConfigMap'] as const) : (['secrets', 'Secret'] as const)
    const object = server.store.find(builtIn(plural), namespace, ref.name ?? '')
    if (!object) return `${kind.toLowerCase()} ${JSON.stringify(ref.name)} not found`
    if (!hasKey(object, ref.key)) return `couldn't find key ${ref.key} in ${kind} ${namespace}/${ref.name}`
  }
  return undefined
}

function hasKey(object: KubeObject, key: string): boolean {
  return [object['data'], object['binaryData']].some((data) => Object.hasOwn((data ?? {}) as object, key))
}
