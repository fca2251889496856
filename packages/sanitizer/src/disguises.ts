/**
 * Ways to write that a model reads and a pattern does not: digits for letters, letters in another order, backwards, ROT13,
 * odd gaps. A text is read so only when much in it looks so. For what is flagged, not for what is masked: where in the text
 * it stands does not matter.
 * Source: OWASP, "LLM Prompt Injection Prevention Cheat Sheet", typoglycemia and encoding.
 */
import { words } from './rule.ts'
import type { Traits } from './traits.ts'

/**
 * What the text says once a disguise is off; nothing where there is none.
 *
 * @param kinds which lists of `DISGUISE_WORDS` have a word in the text
 */
export function disguisesOf(text: string, traits: Traits, kinds: readonly number[]): string[] {
  return [
    ...(kinds.includes(BACKWARDS) && wordsOf(text, ANY_BACKWARDS) >= 2 ? [backwards(text)] : []),
    ...(kinds.includes(ROT13) && wordsOf(text, ANY_ROT13) >= 2 ? [rot13(text)] : []),
    ...(traits.mixedWords ? leetOf(text) : []),
    ...(kinds.includes(IN_ENGLISH) ? unscrambledOf(text) : []),
    ...(traits.gaps ? evenlySpacedOf(text) : []),
  ]
}

/** Every run of gaps as one space. */
export function evenlySpaced(text: string): string {
  return text.replace(/[\s_*~`]+/g, ' ')
}

// Words that are in almost every English sentence of this kind.
const COMMON = words(
  'the|you|your|and|all|not|now|ignore|delete|previous|instructions|system|forget|rules|are|any|new|run|from|with|have',
)
const [BACKWARDS, ROT13, IN_ENGLISH] = [0, 1, 2]
const BACKWARDS_WORDS = COMMON.map((word) => backwards(word))
const ROT13_WORDS = COMMON.map((word) => rot13(word))
const ANY_BACKWARDS = anyOf(BACKWARDS_WORDS)
const ANY_ROT13 = anyOf(ROT13_WORDS)

// Who scrambles words leaves the short ones.
const SHORT_WORDS = [' the ', ' you ', ' your ', ' all ', ' any ', ' and ', ' me ']

/** Words of which one is there when a text is in a disguise of this kind. */
export const DISGUISE_WORDS: readonly (readonly string[])[] = [BACKWARDS_WORDS, ROT13_WORDS, SHORT_WORDS]

function wordsOf(text: string, of: RegExp): number {
  return new Set(text.toLowerCase().match(of)).size
}

function anyOf(list: readonly string[]): RegExp {
  return new RegExp(`\\b(?:${list.join('|')})\\b`, 'g')
}

function backwards(text: string): string {
  return [...text].toReversed().join('')
}

function rot13(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const base = letter < 'a' ? 65 : 97
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base)
  })
}

const LEET: Record<string, string> = {
  0: 'o',
  1: 'i',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  9: 'g',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'l',
  '€': 'e',
  '+': 't',
}
const LEET_WORD =
  /(?<![\w@$!|€+-])(?=[@$!|€+\d]{0,3}[a-z])[a-z@$!|€+013457]{0,14}[@$!|€+013457][a-z@$!|€+013457]{0,14}(?![\w-])/gi

/** One word in four, at least. */
function leetOf(text: string): string[] {
  const disguised =
    text.match(LEET_WORD)?.filter((word) => /[a-z]/i.test(word) && /[a-z].*\d|\d.*[a-z]|[@$]/i.test(word)) ?? []
  if (disguised.length < 2 || disguised.length * 4 < (text.match(/\S+/g)?.length ?? 0)) return []
  return [text.replace(/[0134579@$!|€+]/g, (sign) => LEET[sign]!)]
}

const LONG_WORDS = words(
  'ignore|disregard|forget|override|bypass|previous|instructions|instruction|system|prompt|rules',
  'guidelines|reveal|delete|secrets|everything|assistant|operator|restrictions|approval|policy|policies',
  'follow|obey|earlier|above|command|developer|safety|namespace|cluster|following|given|message',
  'messages|longer|bound|instead|scale|deployments|please|approve|approved|permission|secret|token',
  'tokens|password|credentials|immediately|without|asking|confirmation|production|database',
)
const BY_LETTERS = new Map(LONG_WORDS.filter((it) => it.length > 4).map((word) => [lettersOf(word), word]))
// Of these words: first letter, how many between, last letter.
const SHAPES = [...new Set([...BY_LETTERS.values()].map((word) => `${word[0]}[a-z]{${word.length - 2}}${word.at(-1)}`))]
const SHAPED = new RegExp(`\\b(?:${SHAPES.join('|')})\\b`, 'gi')

function unscrambledOf(text: string): string[] {
  let found = 0
  const plain = text.replace(SHAPED, (written) => {
    const lower = written.toLowerCase()
    const word = BY_LETTERS.get(lettersOf(lower))
    if (word === undefined || word === lower || word[0] !== lower[0]) return written
    found += 1
    return word
  })
  return found >= 2 ? [plain] : []
}

function lettersOf(word: string): string {
  return [...word].toSorted().join('')
}

const ODD_GAP = /(?: {2,}|[\n\r\t_*~`])[\s_*~`]*/g

/** Gaps that are no single space after every other word, or more often. */
function evenlySpacedOf(text: string): string[] {
  const odd = text.match(ODD_GAP)?.length ?? 0
  return odd > 2 && odd * 11 > text.length ? [evenlySpaced(text)] : []
}
