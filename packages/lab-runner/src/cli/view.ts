/**
 * A report as a learner reads it: title and goal, points, each step in a line, then the one thing to mend next in full, and
 * what to type. Data in, text out; colour is the style's business.
 */
import type { Problem, RedTest, Report, SourceSpot, StepReport } from '../report.ts'
import { linesOf } from './fold.ts'
import type { Style, Tone } from './style.ts'

const BAR_WIDTH = 24
const LINES_SHOWN = 12 // of a value or of what the student's code printed
const CHARACTERS_SHOWN = 300
const FRAME_WIDTH = 116
const TITLE_AT = 15 // what stands before a step's title
const POINTS_WIDTH = 10 // and behind it
const NARROWEST_TITLE = 20

/** The whole report; with `keys`, single keys stand in for what to type. Commands stand in backticks as `lab …`; `complete` gives them their launcher. */
export function reportView(report: Report, style: Style, { keys = false }: { keys?: boolean } = {}): string {
  return [
    headView(report, style),
    stepsView(report, style),
    ...report.problems.slice(0, 3).map((problem) => problemView(problem, style)),
    report.problems.length > 3 ? `  … and ${report.problems.length - 3} more` : undefined,
    report.firstRed === undefined ? undefined : redView(report.firstRed, report, style),
    ...report.remarks.slice(0, 3).map((remark) => remarkView(remark, style)),
    keys && !report.solved && report.broken === undefined ? undefined : nextView(report, style),
  ]
    .filter((part) => part !== undefined)
    .join('\n\n')
}

function headView({ lab, points, only }: Report, style: Style): string {
  return [
    style.paint('bold', `Lab ${lab.number} · ${lab.title}`),
    lab.goal,
    '',
    `${progressBar(points, style)} ${points.earned} of ${points.possible} points${only === undefined ? '' : ` (step "${only}" only)`}`,
  ].join('\n')
}

export function progressBar({ earned, possible }: { earned: number; possible: number }, style: Style): string {
  const filled = possible === 0 ? 0 : Math.floor((earned / possible) * BAR_WIDTH)
  const [full, empty] = style.rich ? ['█', '░'] : ['#', '-']
  return `[${style.paint('green', full.repeat(filled))}${empty.repeat(BAR_WIDTH - filled)}]`
}

const STATES: Record<StepReport['state'], { word: string; sign: string; tone: Tone }> = {
  passed: { word: 'done', sign: '✓', tone: 'green' },
  failed: { word: 'red', sign: '✗', tone: 'red' },
  waiting: { word: 'waiting', sign: '…', tone: 'yellow' },
  'not-run': { word: 'not run', sign: '·', tone: 'dim' },
}

function stepsView({ steps }: Report, style: Style): string {
  const room = (style.columns ?? Number.POSITIVE_INFINITY) - TITLE_AT - POINTS_WIDTH
  const widest = Math.min(Math.max(...steps.map((step) => step.title.length)), Math.max(room, NARROWEST_TITLE))
  return steps
    .map((step, index) => {
      const { word, sign, tone } = STATES[step.state]
      const state = style.rich ? `${sign} ${word}` : word
      const number = String(index + 1).padStart(2)
      const [first = '', ...rest] = linesOf(step.title, widest)
      return [
        `${number}. ${style.paint(tone, state.padEnd(9))}  ${first.padEnd(widest)}  ${pointsOf(step)}`,
        ...rest.map((line) => ' '.repeat(TITLE_AT) + line),
      ].join('\n')
    })
    .join('\n')
}

function pointsOf({ points }: StepReport): string {
  return points === 1 ? '1 point' : `${points} points`
}

function redView(red: RedTest, { steps }: Report, style: Style): string {
  const step = steps.find(({ id }) => id === red.step)
  return [
    style.paint('red', `Next: step "${red.step}", ${step?.title ?? ''}`),
    ...rowsOf(red).map(([label, text]) => `  ${style.paint('dim', label.padEnd(11))} ${indented(shortened(text), 14)}`),
    ...frameView(red.where, style),
  ].join('\n')
}

/** What was asked, what came back, what was expected, and where; nothing is said twice. */
function rowsOf(red: RedTest): (readonly [label: string, text: string])[] {
  const { asked, expected, message, compared, printed, where } = red
  const text = textBesideData(red)
  const toldByError = asked?.answer?.isError === true && repeatsError(red, asked.answer.text)
  return [
    ['Test', red.test] as const,
    ...(asked === undefined
      ? []
      : ([
          ['Asked', `${asked.tool} ${JSON.stringify(asked.arguments)}`],
          ['Came back', cameBack(red)],
          ...(text === undefined ? [] : [['Its text', text] as const]),
        ] as const)),
    ['Expected', expected ?? (toldByError ? 'an answer, not an error' : message.replace(/^expected /, ''))] as const,
    ...(expected === undefined || toldByError || isWorthShowing(red) ? [] : [['But', message] as const]),
    ...(compared === undefined || toldByError || !isWorthShowing(red)
      ? []
      : ([
          ['Wanted', onOneLine(compared.expected)],
          ['Got', onOneLine(compared.actual)],
        ] as const)),
    ...(isNews(red) ? [['It threw', red.threw] as const] : []),
    ...(printed.length === 0 ? [] : [['You printed', printed.join('\n')] as const]),
    ...(where === undefined ? [] : [['Where', placeView(where)] as const]),
  ]
}

/** The tool's error is on the screen as what came back; a message that only quotes it adds nothing. */
function repeatsError({ message, compared }: RedTest, error: string): boolean {
  return message.includes(error) || compared?.actual.includes(error.split('\n')[0] ?? error) === true
}

/** The server keeps an exception's text from its clients; the person who wrote the code needs it. */
function isNews(red: RedTest): red is RedTest & { threw: string } {
  const { threw, asked } = red
  return threw !== undefined && asked?.answer?.text.includes('internal error') === true
}

const TEXT_LINES_SHOWN = 4

/** Programs read the data, people the text; a step may be about either. */
function textBesideData({ asked }: RedTest): string | undefined {
  const { isError, structuredContent, text = '' } = asked?.answer ?? {}
  if (isError === true || structuredContent === undefined) return undefined
  const lines = unmarked(text).split('\n')
  const more = lines.length - TEXT_LINES_SHOWN
  return more > 0 ? [...lines.slice(0, TEXT_LINES_SHOWN), `… ${more} more lines`].join('\n') : lines.join('\n')
}

/** The server marks text from the cluster as data for a model; the person at this screen is none. */
function unmarked(text: string): string {
  return text.replaceAll(/^<\/?cluster-data\b[^>]*>\n?/gm, '').trimEnd()
}

function cameBack({ asked, timedOut }: RedTest): string {
  if (asked?.answer === undefined) return timedOut ? 'nothing yet' : 'no answer'
  const { isError, structuredContent, text } = asked.answer
  if (isError) return `an error: ${unmarked(text)}`
  return structuredContent === undefined ? unmarked(text) : JSON.stringify(structuredContent)
}

/** Two values read better below each other than in one sentence; other assertions say more than their values. */
function isWorthShowing({ compared, message }: RedTest): boolean {
  return compared !== undefined && (message.includes('…') || EQUALITY.test(message))
}

const EQUALITY = /^expected .* to (?:be|equal) (?:['"[{\d-]|undefined|null|true|false|NaN)/s

/** A printed value without its line breaks, when that is short enough to read. */
function onOneLine(value: string): string {
  const flat = value.replaceAll(/\n\s*/g, ' ').replaceAll(/, ([\]}])/g, ' $1')
  return flat.length <= CHARACTERS_SHOWN ? flat : value
}

function problemView(problem: Problem, style: Style): string {
  const place = problem.where === undefined ? 'your file' : placeView(problem.where)
  return [
    style.paint('red', `${PROBLEMS[problem.kind]} ${place}`),
    `  ${indented(problem.message, 2)}`,
    ...frameView(problem.where, style),
  ].join('\n')
}

const PROBLEMS: Record<Problem['kind'], string> = {
  load: 'Your code cannot be loaded:',
  types: 'TypeScript found an error:',
  stuck: 'Your code did not come to an end:',
}

function remarkView({ message, where }: Problem, style: Style): string {
  const place = where === undefined ? '' : ` (${placeView(where)})`
  return `${style.paint('yellow', 'A remark')}: all steps are green, but TypeScript is not content${place}:\n  ${indented(message, 2)}`
}

function placeView({ file, line, column }: SourceSpot): string {
  return column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`
}

function frameView(where: SourceSpot | undefined, { columns = FRAME_WIDTH }: Style): string[] {
  return where?.frame === undefined
    ? []
    : ['', ...where.frame.split('\n').map((line) => `    ${cut(line, Math.min(FRAME_WIDTH, columns - 4))}`)]
}

function nextView(report: Report, style: Style): string {
  const { number } = report.lab
  if (report.broken !== undefined) {
    return `${style.paint('red', 'The suite itself could not run')}, so this says nothing about your work: ${report.broken}`
  }
  if (report.solved)
    return `${style.paint('green', 'Solved.')} ${report.lab.hasSolution ? `\`lab solution ${number}\` shows ours and why; ` : ''}\`lab\` lists what comes next.`
  const rows: [string, string][] = [
    [`\`lab ${number}\``, 'runs the suite again'],
    [`\`lab watch ${number}\``, 'runs it on each save'],
    [`\`lab hint ${number}\``, 'gives you a hint for the next step'],
  ]
  if (report.steps.every((step) => step.state !== 'failed' && step.state !== 'waiting')) rows.splice(1)
  const widest = Math.max(...rows.map(([command]) => command.length))
  return ['What to type next:', ...rows.map(([command, does]) => `  ${command.padEnd(widest)}  ${does}`)].join('\n')
}

function shortened(text: string): string {
  const lines = text.split('\n')
  const kept = lines.slice(0, LINES_SHOWN).map((line) => cut(line, CHARACTERS_SHOWN))
  return lines.length > LINES_SHOWN
    ? [...kept, `… ${lines.length - LINES_SHOWN} more lines`].join('\n')
    : kept.join('\n')
}

function cut(line: string, width: number): string {
  return line.length > width ? `${line.slice(0, width - 1)}…` : line
}

function indented(text: string, columns: number): string {
  return text.replaceAll('\n', `\n${' '.repeat(columns)}`)
}
