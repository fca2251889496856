/** Tokens of hosting services: Fly, Netlify, Vercel, Heroku, Render, Supabase, PlanetScale, Neon, Tailscale, Cloudflare, Doppler, Pulumi. Source: the services' docs, "API tokens". */
import { pattern, type Rule, words } from '../rule.ts'

export const cloudToken: Rule = {
  id: 'cloud-token',
  keywords: words('flyv1|fo1_|nfp_|vercel_|vcp_|hrku-|rnd_|sbp_|pscale_|napi_|tskey-|dp.|pul-|v1.0-'),
  find: pattern(
    /(?<![A-Za-z0-9])(?:FlyV1 [\w+/=,-]{40,800}|fo1_[\w-]{40,50}|nfp_[A-Za-z0-9]{36,44}|vc[pk]_[A-Za-z0-9]{24,80}|vercel_[a-z]{1,10}_[A-Za-z0-9]{24,80}|HRKU-[\w-]{36,80}|rnd_[A-Za-z0-9]{28,40}|sbp_[a-f0-9]{40}|pscale_(?:tkn|pw|oauth)_[\w.=-]{32,64}|napi_[a-z0-9]{40,80}|tskey-[a-z]{2,10}-[\w-]{20,80}|dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[\w-]{2,40}\.)?[A-Za-z0-9]{40,44}|pul-[a-f0-9]{40}|v1\.0-[a-f0-9]{24}-[a-f0-9]{60,150})/g,
  ),
  finds: [
    'sbp_' + '0a1b'.repeat(10),
    'tskey-auth-' + 'kAbC1D2'.repeat(4),
    'dp.st.prd.' + 'aB3x'.repeat(10),
    'pul-' + '0a1b'.repeat(10),
    'HRKU-' + '0a1b2c3d-'.repeat(4),
  ],
  ignores: ['dp.example.com', 'pul-request', 'tskey-', 'rnd_seed'],
}
