/**
 * A terminal's line discipline: what is typed is echoed, edited, and handed on line by line; Ctrl-C interrupts, Ctrl-D
 * ends the input. The client's own terminal is raw, so all of it happens here.
 * Source: termios(3), canonical mode.
 */
import { bytesOf, Pipe, textOf, type Sink } from './pipe.ts'
import type { Terminal } from './process.ts'

const NEWLINE = 10

/** Line ends become what a terminal needs to go to the next line's start. */
export function terminalOutput(sink: Sink): Sink {
  return {
    drained: () => sink.drained?.(),
    write(bytes) {
      if (!bytes.includes(NEWLINE)) return sink.write(bytes)
      return sink.write(bytesOf(textOf(bytes).replaceAll(/\r?\n/g, '\r\n')))
    },
  }
}

export class TerminalInput {
  readonly input: Pipe = new Pipe()
  readonly #echo: Sink
  readonly #terminal: Terminal
  #line = ''

  constructor(terminal: Terminal, echo: Sink) {
    this.#terminal = terminal
    this.#echo = echo
  }

  /** What the client sent. */
  receive(bytes: Uint8Array): void {
    // Arrow keys and the like have no meaning here.
    const typed = textOf(bytes).replaceAll(/\u001B(\[[0-9;?]*[A-Za-z~]|O[A-Z])/g, '')
    for (const letter of typed) this.#type(letter)
  }

  #type(letter: string): void {
    switch (letter) {
      case '\r':
      case '\n':
        return this.#enter('\n', '\r\n')
      case '\u007F':
      case '\b':
        return this.#erase(1)
      case '\u0015':
        return this.#erase(this.#line.length)
      case '\u0003':
        return this.#interrupt()
      case '\u0004':
        return this.#line === '' ? this.input.end() : this.#enter('', '')
      default:
        if (letter < ' ' && letter !== '\t') return
        this.#line += letter
        this.#echo.write(bytesOf(letter))
    }
  }

  #enter(end: string, echo: string): void {
    this.#echo.write(bytesOf(echo))
    this.input.write(bytesOf(this.#line + end))
    this.#line = ''
  }

  #erase(count: number): void {
    const erased = Math.min(count, this.#line.length)
    this.#line = this.#line.slice(0, this.#line.length - erased)
    this.#echo.write(bytesOf('\b \b'.repeat(erased)))
  }

  #interrupt(): void {
    this.#line = ''
    this.#echo.write(bytesOf('^C\r\n'))
    this.#terminal.interrupted = true
    this.#terminal.interrupt()
    this.input.wake()
  }
}
