/** Access key ids of the Alibaba, Tencent and Yandex clouds. Source: the clouds' docs, "AccessKey". */
import { pattern, type Rule } from '../rule.ts'

export const alibabaKey: Rule = {
  id: 'alibaba-key',
  keywords: ['ltai', 'akid', 'ajefg', 'aqvn', 'y0_', 't1.9'],
  find: pattern(
    /(?<![A-Za-z0-9])(?:LTAI[A-Za-z0-9]{12,26}|AKID(?=[A-Za-z]{0,30}\d)[A-Za-z0-9]{13,40}|AQVN[\w-]{35,40}|y0_[\w-]{50,80}|t1\.9[\w-]{80,600})(?![A-Za-z0-9])/g,
  ),
  finds: ['LTAI' + 'aB3x5'.repeat(4), 'AKID' + 'z8Krb'.repeat(6), 'AQVN' + 'aB3_'.repeat(9)],
  ignores: ['LTAI', 'AKID_NAME'],
}
