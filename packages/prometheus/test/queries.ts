/**
 * Queries on the kit's world, of each kind there is. They are put to a real Prometheus as well, where one is installed.
 */
export const QUERIES: readonly string[] = `
http_requests_total
http_requests_total{code="500"}
http_requests_total{code=~"5..", pod!="api-2"}
http_requests_total{pod!~"api-[13]"}
{__name__=~"kube_.*", node="n1"}
gone
http_requests_total offset 10m
http_requests_total{code="200"} @ 1768438800
http_requests_total offset -5m
42
-1 ^ 2
2 ^ 3 ^ 2
1 + 2 * 3 % 2
-http_requests_total{code="500"}
1e3 > bool 5
vector(1) / 0
rate(http_requests_total[5m])
increase(http_requests_total[10m])
irate(http_requests_total[5m])
delta(container_memory_working_set_bytes[10m])
idelta(container_memory_working_set_bytes[10m])
deriv(node_filesystem_avail_bytes[30m])
predict_linear(node_filesystem_avail_bytes[30m], 4 * 3600)
predict_linear(node_filesystem_avail_bytes[30m] offset 5m, 3600)
changes(http_requests_total[1h])
resets(http_requests_total[1h])
rate(http_requests_total[1m] offset 20m)
rate(gone[1h])
avg_over_time(container_memory_working_set_bytes[10m])
min_over_time(container_memory_working_set_bytes[10m])
max_over_time(container_memory_working_set_bytes[10m])
sum_over_time(kube_pod_info[10m])
count_over_time(http_requests_total[10m])
last_over_time(gone[1h])
present_over_time(gone[1h])
stddev_over_time(container_memory_working_set_bytes[10m])
stdvar_over_time(http_requests_total[3m])
quantile_over_time(0.9, container_memory_working_set_bytes[30m])
absent_over_time(gone{pod="x"}[5m])
absent_over_time(gone[1h])
absent(gone{pod="x", node=~"y"})
absent(kube_pod_info)
sum(rate(http_requests_total[5m]))
sum by (code) (rate(http_requests_total[5m]))
sum without (code) (rate(http_requests_total[5m]))
avg by (pod) (http_requests_total)
min(http_requests_total)
max by (code) (http_requests_total)
count(http_requests_total) by (code)
count by (nothing) (http_requests_total)
group by (namespace) (kube_pod_info)
stddev(http_requests_total)
stdvar by (code) (http_requests_total)
topk(2, http_requests_total)
bottomk(1, http_requests_total)
topk by (pod) (1, http_requests_total)
quantile(0.5, http_requests_total)
quantile by (code) (0.25, http_requests_total)
count_values("nodes", kube_pod_info)
count_values by (node) ("value", kube_pod_info)
histogram_quantile(0.9, rate(http_request_duration_seconds_bucket[5m]))
histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket[10m])))
histogram_quantile(0.1, http_request_duration_seconds_bucket)
histogram_quantile(2, http_request_duration_seconds_bucket)
sum(rate(http_requests_total{code=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))
http_requests_total{code="500"} / ignoring(code) http_requests_total{code="200"}
http_requests_total{code="500"} / on(pod) http_requests_total{code="200"}
container_memory_working_set_bytes * on(namespace, pod) group_left(node) kube_pod_info
kube_pod_info * on(namespace, pod) group_right(node) container_memory_working_set_bytes
sum by (node) (container_memory_working_set_bytes * on(namespace, pod) group_left(node) kube_pod_info)
http_requests_total > 5000
http_requests_total > bool 5000
5000 < http_requests_total
http_requests_total{code="200"} > on(pod) http_requests_total{code="500"}
http_requests_total == http_requests_total
http_requests_total != bool http_requests_total
container_memory_working_set_bytes and on(pod) kube_pod_info{node="n1"}
container_memory_working_set_bytes unless on(pod) kube_pod_info{node="n1"}
http_requests_total{code="500"} or kube_pod_info
http_requests_total{code="500"} or vector(0)
http_requests_total % 7
sum(http_requests_total) atan2 sum(http_requests_total)
abs(-http_requests_total)
ceil(http_requests_total / 7)
floor(http_requests_total / 7)
round(http_requests_total / 7)
round(http_requests_total / 7, 0.1)
clamp(http_requests_total, 100, 1000)
clamp_min(http_requests_total, 1000)
clamp_max(http_requests_total, 1000)
exp(vector(1))
ln(http_requests_total)
log2(http_requests_total)
log10(http_requests_total)
sqrt(http_requests_total)
sgn(vector(-3))
sin(vector(1)) + cosh(vector(1))
deg(vector(pi()))
rad(vector(180))
scalar(kube_pod_info)
scalar(kube_pod_info{pod="db-0"})
vector(time())
time() - 5
timestamp(kube_pod_info)
timestamp(kube_pod_info offset 5m)
sort(http_requests_total)
sort_desc(http_requests_total)
minute()
hour(vector(1768500000))
day_of_week()
day_of_month()
day_of_year()
days_in_month()
month()
year()
label_replace(kube_pod_info, "app", "$1", "pod", "(.*)-[0-9]+")
label_replace(kube_pod_info, "app", "x", "pod", "nothing")
label_replace(kube_pod_info, "node", "", "pod", ".*")
label_join(kube_pod_info, "path", "/", "namespace", "pod")
max_over_time(rate(http_requests_total[5m])[30m:1m])
avg_over_time(sum(rate(http_requests_total[2m]))[20m:])
sum_over_time(vector(1)[10m:1m])
rate(http_requests_total[5m:30s] offset 3m)
sum(http_requests_total offset 5m) - sum(http_requests_total)
sum by (pod, code) (increase(http_requests_total[5m])) > 0
100 * (1 - sum(node_filesystem_avail_bytes) / 1e9)
count(count by (node) (kube_pod_info))
http_requests_total and http_requests_total > 5000 or kube_pod_info
-http_requests_total offset 5m
sum(rate(http_requests_total[5m])) / 2 offset 5m
http_requests_total -1
2 -1
sum(http_requests_total) -sum(http_requests_total offset 5m)
rate(http_requests_total[5m] @ end())
sum by (code) (rate(http_requests_total[5m])) > 0.1 and sum by (code) (http_requests_total)
-sum(http_requests_total) ^ 2
sum(http_requests_total{code="200"} or http_requests_total{code="500"})
http_requests_total[1m
sum(http_requests_total
rate(http_requests_total)
rate(http_requests_total[5m], 2)
nothing_of(http_requests_total)
topk(http_requests_total)
1 > 2
http_requests_total and 1
http_requests_total[5m] + 1
{job=~".*"}
http_requests_total{code=~"("}
kube_pod_info * on(namespace) container_memory_working_set_bytes
http_requests_total / on(job) http_requests_total
sum(http_requests_total) > bool
label_replace(kube_pod_info, "1a", "x", "pod", ".*")
`
  .trim()
  .split('\n')
