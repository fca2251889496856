/** Elements and attributes of XML with a secret's name: `<password>x</password>`, `<add key="ApiKey" value="x"/>`. */
import { isHarmlessValue, isSecretName, SECRET_KEYWORDS } from '../names.ts'
import { matchesOf, type Rule, type Span } from '../rule.ts'

export const xmlSecret: Rule = {
  id: 'xml-secret',
  keywords: SECRET_KEYWORDS,
  find: findValues,
  finds: [
    `<password>${'hunter2'}</password>`,
    `<ns:clientSecret enc="no"> ${'hunter2'} </ns:clientSecret>`,
    `<add key="ApiKey" value="${'hunter2'}"/>`,
    `<property name='db.password' value='${'hunter2'}'/>`,
  ],
  ignores: [
    '<password></password>',
    '<secretName>db</secretName>',
    '<add key="Host" value="db"/>',
    '<password>${DB_PASSWORD}</password>',
    '<token/><user>ann</user>',
  ],
}

const ELEMENT = /<(?:[\w-]{1,30}:)?([\w.-]{1,60})(?:\s[^<>]{0,200})?>\s{0,40}([^<>\s][^<>\n]{0,400}?)\s{0,40}<\//dg
const ATTRIBUTE =
  /(?:key|name|id)\s{0,2}=\s{0,2}["']([\w.-]{1,80})["']\s{1,8}value\s{0,2}=\s{0,2}["']([^"'<>\n]{1,400})["']/dg

function* findValues(text: string): Iterable<Span> {
  for (const form of [ELEMENT, ATTRIBUTE])
    for (const { 1: name = '', 2: value = '', indices } of matchesOf(text, form))
      if (isSecretName(name) && !isHarmlessValue(value, name)) yield indices![2]!
}
