/** Discovery, versions, health, raw paths, and what `explain` reads from OpenAPI. */
import { script } from '../script.ts'

script('discovery', [
  // An older client warns of the distance.
  {
    run: 'version -o json',
    err: /^$|^warning: version difference/i,
    out: { json: { serverVersion: { major: '1', compiler: 'gc' } } },
  },
  { run: 'api-versions', out: ['apps/v1', 'batch/v1', /^v1$/m, 'rbac.authorization.k8s.io/v1'] },
  { run: 'api-resources --api-group=batch', out: ['cronjobs cj batch/v1 true CronJob', 'jobs batch/v1 true Job'] },
  { run: 'api-resources --api-group=batch -o name', prints: 'cronjobs.batch\njobs.batch' },
  {
    run: 'api-resources --namespaced=true --api-group= --no-headers -o name',
    out: [/^configmaps$/m, /^pods$/m],
    not: /^nodes$/m,
  },
  {
    run: 'api-resources --verbs=list,create --sort-by=name -o name',
    out: /^configmaps$/m,
    not: /tokenreviews|componentstatuses/,
  },
  {
    run: 'api-resources --sort-by=kind --api-group=storage.k8s.io --no-headers',
    out: [/csidrivers[\s\S]*storageclasses[\s\S]*volumeattachments/],
  },
  {
    run: 'api-resources --categories=all -o name',
    out: ['deployments.apps', 'services', 'cronjobs.batch'],
    not: /configmaps|secrets/,
  },
  { run: 'get --raw /readyz', prints: 'ok' },
  { run: "get --raw '/readyz?verbose'", out: ['[+]ping ok', 'readyz check passed'] },
  { run: "get --raw '/livez?verbose'", out: 'livez check passed' },
  {
    run: 'get --raw /apis/apps',
    out: { json: { kind: 'APIGroup', name: 'apps', preferredVersion: { version: 'v1' } } },
  },
  { run: 'get --raw /apis/autoscaling', out: { json: { preferredVersion: { groupVersion: 'autoscaling/v2' } } } },
  { run: 'get --raw /apis/batch/v1', out: { json: { kind: 'APIResourceList', groupVersion: 'batch/v1' } } },
  { run: 'get --raw /openapi/v3', out: /"apis\/apps\/v1":\{"serverRelativeURL":"\/openapi\/v3\/apis\/apps\/v1\?hash=/ },
  { run: 'get --raw /openapi/v3/apis/apps/v1', out: /"openapi":"3\.0\.0"[\s\S]*x-kubernetes-group-version-kind/ },
  {
    run: 'explain pods',
    out: ['KIND: Pod', 'VERSION: v1', 'DESCRIPTION:', 'FIELDS:', 'metadata <ObjectMeta>', 'spec <PodSpec>'],
  },
  {
    run: 'explain deployment.spec.replicas',
    out: ['GROUP: apps', 'KIND: Deployment', 'FIELD: replicas <integer>', 'Number of desired pods'],
  },
  {
    run: 'explain pods.spec.containers.imagePullPolicy',
    out: ['FIELD: imagePullPolicy <string>', 'ENUM:', 'IfNotPresent'],
  },
  { run: 'explain svc.spec --recursive', out: ['ports <[]ServicePort>', /^ {4}nodePort\s+<integer>/m] },
  { run: 'explain cronjob --api-version=batch/v1', out: ['KIND: CronJob', 'VERSION: v1'] },
  { run: 'explain hpa.spec.metrics --api-version=autoscaling/v2', out: 'FIELD: metrics <[]MetricSpec>' },
  { run: 'explain pods.spec.nosuch', code: 1, err: 'error: field "nosuch" does not exist' },
  { run: 'explain nosuchkind', code: 1, err: 'the server doesn\'t have a resource type "nosuchkind"' },
  { run: 'get --raw /apis/apps/v2', code: 1, err: /the server could not find the requested resource/ },
  {
    run: 'get --raw /api/v1/namespaces/$NS/pods/nope',
    code: 1,
    err: 'Error from server (NotFound): pods "nope" not found',
  },
  { run: 'cluster-info', out: 'Kubernetes control plane is running at' },
])
