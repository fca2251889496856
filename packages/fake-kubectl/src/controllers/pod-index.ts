/**
 * Pods by who controls them and by where they are bound, for controllers that would otherwise look at all of them.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import type { KubeObject, OwnerReference } from '../api/meta.ts'
import type { Pod } from '../api/types.ts'
import { Index } from '../store/index.ts'
import type { Store } from '../store/store.ts'

const PODS = builtIn('pods')

export class PodIndex {
  readonly #byOwner: Index
  readonly #byNode: Index
  readonly #orphans: Index

  constructor(store: Store) {
    this.#byOwner = new Index(store, PODS, (pod) => [controllerOf(pod)?.uid ?? ''])
    this.#byNode = new Index(store, PODS, (pod) => [(pod as Pod).spec.nodeName ?? ''])
    this.#orphans = new Index(store, PODS, (pod) => (controllerOf(pod) ? [] : [pod.metadata.namespace ?? '']))
  }

  /** Those whose controller is the object with this uid. */
  ownedBy(uid: string): readonly Pod[] {
    return this.#byOwner.get(uid) as readonly Pod[]
  }

  /** Those of a namespace that nobody controls. */
  orphansIn(namespace: string): readonly Pod[] {
    return this.#orphans.get(namespace) as readonly Pod[]
  }

  /** Those bound to a node; `''` for those that wait for one. */
  onNode(nodeName: string): readonly Pod[] {
    return this.#byNode.get(nodeName) as readonly Pod[]
  }
}

/** Source: apimachinery/pkg/apis/meta/v1/controller_ref.go. */
export function controllerOf({ metadata }: KubeObject): OwnerReference | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller)
}
