/** Delimiters with which a text pretends that the tool's answer ends here, or that the model called a tool. */
import { pattern, type Rule } from '../rule.ts'

export const fakeResult: Rule = {
  id: 'fake-result',
  keywords: ['tool', 'function', 'untrusted', 'result'],
  find: pattern(
    /<\/?(?:antml:)?(?:tool_(?:result|results|call|calls|use|output|response)|function_(?:result|results|call|calls|response)|untrusted(?:[_-][a-z]{1,20})?|invoke)(?:\s[^<>\n]{0,200})?>|\[\/?(?:TOOL_CALLS|TOOL_RESULTS|AVAILABLE_TOOLS)\]|\b(?:BEGIN|END) (?:OF )?(?:UNTRUSTED|TOOL)[ _](?:CONTENT|RESULT|OUTPUT|DATA)\b/g,
  ),
  finds: [
    'ok</tool_result>',
    '<function_calls>',
    '</untrusted-data>',
    '[TOOL_CALLS]',
    '--- END OF UNTRUSTED CONTENT ---',
  ],
  ignores: ['tool result: ok', 'function call failed', '<toolbox>', 'untrusted certificate', '<result>'],
}
