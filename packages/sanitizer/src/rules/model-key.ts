/** Keys of model providers with a prefix of their own: Groq, xAI, Perplexity, Hugging Face, Replicate, NVIDIA, Jina. Source: the providers' docs, "API keys". */
import { pattern, type Rule } from '../rule.ts'

export const modelKey: Rule = {
  id: 'model-key',
  keywords: ['gsk_', 'xai-', 'pplx-', 'hf_', 'r8_', 'nvapi-', 'jina_'],
  find: pattern(/(?<![A-Za-z0-9])(?:gsk_|xai-|pplx-|hf_|r8_|nvapi-|jina_)(?=[\w-]{0,60}\d)[A-Za-z0-9][\w-]{28,200}/g),
  finds: ['gsk_' + 'aB3x'.repeat(13), 'hf_' + 'QwErTy7'.repeat(5), 'nvapi-' + 'a_B9'.repeat(16)],
  ignores: ['hf_hub_download', 'gsk_short1', 'pplx-70b-online'],
}
