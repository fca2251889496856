/**
 * Letters of other alphabets that look like Latin ones. Who writes `pаsswоrd` with two of them means to be read as
 * `password`; who writes `пароль` does not. So a word is read as Latin when it has Latin letters too, or when each letter in
 * it looks like one and the text is not in that alphabet anyway.
 * Source: Unicode UTS #39, confusables.txt; the letters of living alphabets.
 */

/** The text with such words in Latin letters; as long as it was, unit by unit. */
export function plainLookalikes(text: string): string {
  if (!LOOKALIKE.test(text)) return text
  const isAbroad = /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(text.replace(EACH_LOOKALIKE, ''))
  return text.replace(WORD, (word) => plainWord(word, isAbroad))
}

function plainWord(word: string, isAbroad: boolean): string {
  if (!LOOKALIKE.test(word) || (isAbroad && !/[A-Za-z]/.test(word))) return word
  const plain = word.replace(EACH_LOOKALIKE, (letter) => LATIN.get(letter)!)
  return /[A-Za-z]/.test(word) || /^[\x21-\x7e]+$/.test(plain) ? plain : word
}

const PAIRS =
  'аa вb еe кk мm нh оo рp сc тt уy хx іi јj ѕs һh ԁd ԛq ԝw ӏl АA ВB ЕE КK МM НH ОO РP СC ТT УY ХX ІI ЈJ ЅS Ѵv ѵv ' +
  'αa βb εe ιi κk νv οo ρp τt υu χx ωw ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ' +
  'ɑa ɡg ɩi ıi ʀR ᴄc ᴏo ᴜu ᴠv ᴡw ᴢz օo սu հh ոn ցg ԍg ᎪA ᏴB ᏟC ᎬE ᏀG ᎻH ᎫJ ᏦK ᏞL ᎷM ᏢP ᏚS ᎢT ᏙV ᎳW ᏃZ'

const LATIN = new Map(
  PAIRS.split(' ')
    .filter(([, latin]) => latin !== undefined && latin < '\x80')
    .map(([letter, latin]) => [letter!, latin!] as const),
)
const LETTERS = [...LATIN.keys()].join('')
const LOOKALIKE = new RegExp(`[${LETTERS}]`)
const EACH_LOOKALIKE = new RegExp(`[${LETTERS}]`, 'g')
const WORD = /[\p{L}\p{N}_]+/gu
