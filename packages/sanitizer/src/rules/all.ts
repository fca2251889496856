/** Every rule, in the order in which they are asked: where two find the same secret, the earlier names it. */
import type { Rule } from '../rule.ts'
import { alibabaKey } from './alibaba-key.ts'
import { authorization } from './authorization.ts'
import { awsAccessKey } from './aws-access-key.ts'
import { awsSecretKey } from './aws-secret-key.ts'
import { azureSecret } from './azure-secret.ts'
import { bootstrapToken } from './bootstrap-token.ts'
import { cardNumber } from './card-number.ts'
import { chatToken } from './chat-token.ts'
import { cloudToken } from './cloud-token.ts'
import { commandLine } from './command-line.ts'
import { cookie } from './cookie.ts'
import { credential } from './credential.ts'
import { cryptoKey } from './crypto-key.ts'
import { databricksToken } from './databricks-token.ts'
import { digitaloceanToken } from './digitalocean-token.ts'
import { dockerAuth } from './docker-auth.ts'
import { dockerHubToken } from './docker-hub-token.ts'
import { email } from './email.ts'
import { envSecret } from './env-secret.ts'
import { githubToken } from './github-token.ts'
import { gitlabToken } from './gitlab-token.ts'
import { googleApiKey } from './google-api-key.ts'
import { googleOauth } from './google-oauth.ts'
import { iban } from './iban.ts'
import { jwt } from './jwt.ts'
import { kubeSecret } from './kube-secret.ts'
import { mailKey } from './mail-key.ts'
import { modelKey } from './model-key.ts'
import { monitoringKey } from './monitoring-key.ts'
import { nearWord } from './near-word.ts'
import { npmToken } from './npm-token.ts'
import { passwordHash } from './password-hash.ts'
import { pgpass } from './pgpass.ts'
import { phone } from './phone.ts'
import { privateKey } from './private-key.ts'
import { puttyKey } from './putty-key.ts'
import { pypiToken } from './pypi-token.ts'
import { randomToken } from './random-token.ts'
import { seedPhrase } from './seed-phrase.ts'
import { sendgridKey } from './sendgrid-key.ts'
import { shopKey } from './shop-key.ts'
import { skKey } from './sk-key.ts'
import { slackToken } from './slack-token.ts'
import { socialNumber } from './social-number.ts'
import { spoken } from './spoken.ts'
import { teamToken } from './team-token.ts'
import { twilioKey } from './twilio-key.ts'
import { urlCredentials } from './url-credentials.ts'
import { vaultToken } from './vault-token.ts'
import { xmlSecret } from './xml-secret.ts'

export const allRules: readonly Rule[] = [
  kubeSecret,
  privateKey,
  puttyKey,
  jwt,
  githubToken,
  slackToken,
  googleApiKey,
  awsAccessKey,
  awsSecretKey,
  skKey,
  gitlabToken,
  modelKey,
  npmToken,
  pypiToken,
  dockerHubToken,
  vaultToken,
  googleOauth,
  azureSecret,
  digitaloceanToken,
  sendgridKey,
  twilioKey,
  mailKey,
  chatToken,
  databricksToken,
  monitoringKey,
  shopKey,
  cloudToken,
  teamToken,
  cryptoKey,
  bootstrapToken,
  alibabaKey,
  passwordHash,
  authorization,
  cookie,
  urlCredentials,
  dockerAuth,
  envSecret,
  credential,
  xmlSecret,
  pgpass,
  commandLine,
  spoken,
  nearWord,
  seedPhrase,
  randomToken,
  email,
  phone,
  cardNumber,
  iban,
  socialNumber,
]
