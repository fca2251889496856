/** Tokens with which a node joins a cluster. Source: Kubernetes docs, "Authenticating with Bootstrap Tokens". */
import { pattern, type Rule } from '../rule.ts'

export const bootstrapToken: Rule = {
  id: 'bootstrap-token',
  keywords: ['token', 'bootstrap', 'kubeadm', 'join', 'discovery'],
  find: pattern(/(?<![A-Za-z0-9.-])[a-z0-9]{6}\.(?=[a-z]{0,15}\d)[a-z0-9]{16}(?![A-Za-z0-9.-])/g),
  finds: [
    `kubeadm join 10.0.0.1:6443 --token ${'abcdef'}.${'0123456789abcdef'}`,
    `bootstrap token ${'x1y2z3'}.${'a1b2c3d4e5f6g7h8'} created`,
  ],
  ignores: ['token: v1.0', 'bootstrap.kubernetes.io'],
}
