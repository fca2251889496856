/**
 * One object of every built-in kind that a person may create, still enough that no controller changes how it reads:
 * nothing is scheduled, no replica is wanted. Names of cluster-wide objects hold the namespace of the script.
 */
export const EVERY_KIND = `
apiVersion: v1
kind: Pod
metadata: { name: x, labels: { app: x } }
spec: { schedulerName: nobody, containers: [{ name: c, image: "nginx:1", ports: [{ containerPort: 80 }] }] }
---
apiVersion: v1
kind: PodTemplate
metadata: { name: x }
template: { metadata: { labels: { app: x } }, spec: { containers: [{ name: c, image: "nginx:1" }] } }
---
apiVersion: v1
kind: ReplicationController
metadata: { name: x }
spec: { replicas: 0, selector: { app: rc }, template: { metadata: { labels: { app: rc } }, spec: { containers: [{ name: c, image: "nginx:1" }] } } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: x }
data: { key: value }
---
apiVersion: v1
kind: Secret
metadata: { name: x }
stringData: { key: value }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: x }
---
apiVersion: v1
kind: Service
metadata: { name: x }
spec: { selector: { app: none }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
apiVersion: v1
kind: LimitRange
metadata: { name: x }
spec: { limits: [{ type: PersistentVolumeClaim, max: { storage: 10Gi } }] }
---
apiVersion: v1
kind: ResourceQuota
metadata: { name: x }
spec: { hard: { configmaps: "50" } }
---
apiVersion: v1
kind: PersistentVolume
metadata: { name: $NS-pv }
spec: { capacity: { storage: 1Gi }, accessModes: [ReadWriteOnce], persistentVolumeReclaimPolicy: Retain, storageClassName: $NS-none, hostPath: { path: /tmp/x } }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: x }
spec: { accessModes: [ReadWriteOnce], storageClassName: $NS-other, resources: { requests: { storage: 1Gi } } }
---
apiVersion: v1
kind: Event
metadata: { name: x }
involvedObject: { apiVersion: v1, kind: Pod, name: x, namespace: $NS }
type: Warning
reason: Odd
message: something odd
source: { component: me }
firstTimestamp: "2026-01-01T00:00:00Z"
lastTimestamp: "2026-01-01T00:00:00Z"
count: 3
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: x }
spec: { replicas: 0, selector: { matchLabels: { app: d } }, template: { metadata: { labels: { app: d } }, spec: { containers: [{ name: c, image: "nginx:1" }] } } }
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: x }
spec: { replicas: 0, selector: { matchLabels: { app: rs } }, template: { metadata: { labels: { app: rs } }, spec: { containers: [{ name: c, image: "nginx:1" }] } } }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: x }
spec: { replicas: 0, serviceName: x, selector: { matchLabels: { app: sts } }, template: { metadata: { labels: { app: sts } }, spec: { containers: [{ name: c, image: "nginx:1" }] } } }
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: x }
spec: { selector: { matchLabels: { app: ds } }, template: { metadata: { labels: { app: ds } }, spec: { nodeSelector: { disk: ssd }, containers: [{ name: c, image: "nginx:1" }] } } }
---
apiVersion: apps/v1
kind: ControllerRevision
metadata: { name: x }
revision: 7
data: {}
---
apiVersion: batch/v1
kind: Job
metadata: { name: x }
spec: { suspend: true, template: { spec: { restartPolicy: Never, containers: [{ name: c, image: "busybox:1" }] } } }
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: x }
spec: { suspend: true, schedule: "0 3 * * *", timeZone: Etc/UTC, jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: c, image: "busybox:1" }] } } } } }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: x }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: x }, minReplicas: 1, maxReplicas: 3, metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 50 } } }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: x }
spec: { ingressClassName: $NS-none, rules: [{ host: a.example, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: x, port: { number: 80 } } } }] } }] }
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: $NS-ic }
spec: { controller: example.com/ingress }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: x }
spec: { podSelector: { matchLabels: { app: x } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: z } } }], ports: [{ port: 80 }] }] }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: x }
spec: { minAvailable: 1, selector: { matchLabels: { app: none } } }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: x }
rules: [{ apiGroups: [""], resources: [pods], verbs: [get] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: x }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: x }
subjects: [{ kind: User, name: ann, apiGroup: rbac.authorization.k8s.io }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: $NS-cr }
rules: [{ apiGroups: [apps], resources: [deployments], verbs: [get] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: $NS-crb }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: $NS-cr }
subjects: [{ kind: Group, name: devs, apiGroup: rbac.authorization.k8s.io }]
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: $NS-sc }
provisioner: example.com/disk
---
apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: { name: $NS.example.com }
spec: { attachRequired: false }
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: $NS-pc }
value: 100
description: for tests
---
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: { name: x }
spec: { holderIdentity: me, leaseDurationSeconds: 30 }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: x, labels: { kubernetes.io/service-name: elsewhere } }
addressType: IPv4
endpoints: [{ addresses: [10.0.0.1] }]
ports: [{ name: http, port: 80, protocol: TCP }]
---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: { name: $NS-rc }
handler: runc
---
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: { name: $NS-csr }
spec:
  signerName: example.com/none
  usages: [client auth]
  expirationSeconds: 3600
  request: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlISk1ISUNBUUF3RURFT01Bd0dBMVVFQXd3RllXeHBZMlV3V1RBVEJnY3Foa2pPUFFJQkJnZ3Foa2pPUFFNQgpCd05DQUFTU1NTdysxbDRGOERWV0pleXBZSEljZ0NvNWZxNkRQUUR4b3h6ZlZQdERLY1JYTWZWV3JwbEFLMkhNCnBBK0NncEIvS2ovaW5NZnpLa3F1T2VJNmFsa2NvQUF3Q2dZSUtvWkl6ajBFQXdJRFJ3QXdSQUlnSWRGQXhMKzMKTG9jVGx4cHM1RDB5cnFodmFtVWk5MzY0YjlhMU93dXFzczBDSUg3Zzl4ejhEckp4MHpRcmErNlk5N25NdVZUaQpqZ3E1SHdrVXp4SHpSUmtHCi0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: { name: $NS-vap }
spec: { failurePolicy: Ignore, matchConstraints: { resourceRules: [{ apiGroups: [none.example.com], apiVersions: [v1], operations: [CREATE], resources: [nones] }] }, validations: [{ expression: "true" }] }
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: $NS-vwc }
webhooks: []
---
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: PriorityLevelConfiguration
metadata: { name: $NS-plc }
spec: { type: Limited, limited: { nominalConcurrencyShares: 1, limitResponse: { type: Reject } } }
---
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: { name: $NS-fs }
spec: { matchingPrecedence: 9000, priorityLevelConfiguration: { name: $NS-plc }, rules: [{ subjects: [{ kind: User, user: { name: nobody } }], nonResourceRules: [{ verbs: [get], nonResourceURLs: [/none] }] }] }
---
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: { name: $NS-dc }
spec: { selectors: [{ cel: { expression: "device.driver == 'x'" } }] }
`
