/** Every rule, in the order in which they are asked: where two find the same secret, the earlier names it. */
import type { Rule } from '../rule.ts'
import { authorization } from './authorization.ts'
import { awsAccessKey } from './aws-access-key.ts'
import { awsSecretKey } from './aws-secret-key.ts'
import { credential } from './credential.ts'
import { dockerAuth } from './docker-auth.ts'
import { email } from './email.ts'
import { envSecret } from './env-secret.ts'
import { githubToken } from './github-token.ts'
import { googleApiKey } from './google-api-key.ts'
import { jwt } from './jwt.ts'
import { kubeSecret } from './kube-secret.ts'
import { privateKey } from './private-key.ts'
import { skKey } from './sk-key.ts'
import { slackToken } from './slack-token.ts'
import { urlCredentials } from './url-credentials.ts'

export const allRules: readonly Rule[] = [
  kubeSecret,
  privateKey,
  jwt,
  githubToken,
  slackToken,
  googleApiKey,
  awsAccessKey,
  awsSecretKey,
  skKey,
  authorization,
  urlCredentials,
  dockerAuth,
  envSecret,
  credential,
  email,
]
