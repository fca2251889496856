/** Bot tokens and webhooks of Telegram, Discord, Teams and Zapier. Source: Telegram docs, "Bot API"; Discord docs, "Webhooks". */
import { pattern, type Rule } from '../rule.ts'

export const chatToken: Rule = {
  id: 'chat-token',
  keywords: [':aa', 'discord', 'webhook.office', 'hooks.zapier', '.'],
  find: pattern(
    /(?<![\w:.-])(?:(?:bot)?\d{8,10}:AA[\w-]{32,34}|[MNO][A-Za-z\d_-]{22,27}\.[\w-]{6}\.[\w-]{27,40}|(?<=discord(?:app)?\.com\/api\/webhooks\/\d{10,25}\/)[\w-]{50,90}|(?<=hooks\.zapier\.com\/hooks\/catch\/)[\w/]{8,60}|(?<=webhook\.office\.com\/webhookb2\/)[\w@/-]{60,200})(?![\w-])/g,
  ),
  finds: [
    `https://hooks.zapier.com/hooks/catch/123456/${'abcdef1'}`,
    `12345678:AA${'Hx9_'.repeat(8)}a`,
    `M${'TA4'.repeat(8)}.G${'aB3x_'}.${'zY9-'.repeat(7)}`,
    `https://discord.com/api/webhooks/${'1234567890'}12/${'aB3-'.repeat(17)}`,
  ],
  ignores: ['12345678:AAshort', 'discord.com/api/webhooks/', 'My.name.is'],
}
