/** npm access tokens, and the line of an .npmrc that holds one. Source: npm docs, "About access tokens". */
import { pattern, type Rule } from '../rule.ts'

export const npmToken: Rule = {
  id: 'npm-token',
  keywords: ['npm_', '_authtoken', '_auth'],
  find: pattern(
    /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{30,40}(?![A-Za-z0-9])|(?<=_auth(?:Token)?\s{0,4}=\s{0,4})(?!\$)[\w+/=.-]{8,500}/g,
  ),
  finds: ['npm_' + 'aB3'.repeat(12), `//registry.example/:_authToken=${'0a1b2c3d-'.repeat(3)}`],
  ignores: ['npm_config_registry', 'npm_package_version=1', '_authToken=${NPM_TOKEN}'],
}
