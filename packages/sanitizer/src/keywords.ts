/**
 * Which of many keywords stand in a text, in one pass over it: an Aho-Corasick automaton, blind to case. What it costs does
 * not grow with the number of keywords, so every rule may have as many as it needs.
 * Source: Aho, Corasick, "Efficient string matching: an aid to bibliographic search", 1975.
 */

/** Which of the lists have a keyword in the text: their indices, in order. */
export type KeywordSearch = (text: string) => readonly number[]

type Node = { readonly next: Map<number, Node>; readonly lists: Set<number>; fail?: Node; readonly id: number }

/** @param given keywords in lower case; a list without any is found in every text */
export function searchFor(given: readonly (readonly string[])[]): KeywordSearch {
  // Texts are searched in this form.
  const lists = given.map((keywords) => keywords.map((it) => it.normalize('NFKC')))
  const always = lists.flatMap(({ length }, list) => (length === 0 ? [list] : []))
  // Apart, since tables of many letters are large, and most texts have none but these.
  const inAscii = automatonFor(lists.map((keywords) => keywords.filter((it) => ASCII.test(it))))
  const abroad = automatonFor(lists.map((keywords) => keywords.filter((it) => !ASCII.test(it))))
  return (text) => {
    const found = inAscii(text)
    const more = ASCII.test(text) ? NONE : abroad(text)
    const all = [always, found, more].filter(({ length }) => length > 0)
    return all.length < 2 ? (all[0] ?? NONE) : [...new Set(all.flat())].sort(byNumber)
  }
}

const ASCII = /^[\0-\x7f]*$/
const NONE: readonly number[] = []

function automatonFor(lists: readonly (readonly string[])[]): KeywordSearch {
  const classes = classesOf(lists.flat())
  const nodes = trieOf(lists, classes)
  const width = Math.max(...classes) + 1
  const table = tableOf(nodes, width)
  const listsAt = nodes.map(({ lists: found }) => [...found])
  const ends = Uint8Array.from(listsAt, ({ length }) => Math.min(1, length))
  return (text) => {
    let states: Set<number> | undefined
    let state = 0
    for (let at = 0; at < text.length; at++) {
      state = table[state * width + classes[text.charCodeAt(at)]!]!
      if (ends[state] === 1) (states ??= new Set()).add(state)
    }
    if (!states) return NONE
    const found = [...states].flatMap((it) => listsAt[it]!)
    return found.length === 1 ? found : [...new Set(found)].sort(byNumber)
  }
}

function byNumber(a: number, b: number): number {
  return a - b
}

/** Of each UTF-16 code unit a small number: 0 for those in no keyword, equal ones for both cases of a letter. */
function classesOf(keywords: readonly string[]): Uint8Array {
  const classes = new Uint8Array(0x1_0000)
  let count = 0
  for (const unit of new Set(
    keywords.flatMap((keyword) => [...Array(keyword.length).keys()].map((i) => keyword[i]!)),
  )) {
    count += 1
    classes[unit.charCodeAt(0)] = count
    const upper = unit.toUpperCase()
    if (upper.length === 1) classes[upper.charCodeAt(0)] = count
  }
  if (count > 255) throw new RangeError(`${count} different letters in keywords; at most 255`)
  return classes
}

function trieOf(lists: readonly (readonly string[])[], classes: Uint8Array): Node[] {
  const nodes: Node[] = []
  const add = (): Node => {
    const node = { next: new Map<number, Node>(), lists: new Set<number>(), id: nodes.length }
    nodes.push(node)
    return node
  }
  const root = add()
  for (const [list, keywords] of lists.entries()) {
    for (const keyword of keywords) {
      let node = root
      for (let i = 0; i < keyword.length; i++) {
        const letter = classes[keyword.charCodeAt(i)]!
        if (!node.next.has(letter)) node.next.set(letter, add())
        node = node.next.get(letter)!
      }
      node.lists.add(list)
    }
  }
  return nodes
}

/** The next state for each state and letter; breadth first, since a state falls back to one that is less deep. */
function tableOf(nodes: readonly Node[], width: number): Uint16Array {
  const [root] = nodes
  const table = new Uint16Array(nodes.length * width)
  const queue: Node[] = [root!]
  for (const node of queue) {
    const back = node.fail
    for (const list of back?.lists ?? []) node.lists.add(list)
    for (let letter = 0; letter < width; letter++) {
      const deeper = node.next.get(letter)
      const elsewhere = back ? table[back.id * width + letter]! : 0
      table[node.id * width + letter] = deeper?.id ?? elsewhere
      if (!deeper) continue
      deeper.fail = nodes[elsewhere]!
      queue.push(deeper)
    }
  }
  return table
}
