/**
 * An MCP server as a process, spoken to in plain JSON lines, so that no client of anybody is part of what is measured.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'

export type Command = { readonly args: readonly string[]; readonly env?: Readonly<Record<string, string>> }

type Reply = { readonly id?: number; readonly result?: unknown; readonly error?: unknown }

export class McpProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #waiting = new Map<number, (reply: Reply) => void>()
  #next = 1
  #rest = ''

  constructor({ args: [file = '', ...args], env }: Command) {
    this.#child = spawn(file, args, { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, ...env } })
    this.#child.stdout.on('data', (chunk: Buffer) => this.#hear(chunk.toString()))
    this.#child.stdin.on('error', () => {})
  }

  /** Revision 2025-11-25, which every peer speaks. */
  async initialize(): Promise<void> {
    const clientInfo = { name: 'bench', version: '1' }
    await this.ask('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo })
    this.#send({ jsonrpc: '2.0', method: 'notifications/initialized' })
  }

  ask(method: string, params: object = {}): Promise<Reply> {
    const id = this.#next++
    this.#send({ jsonrpc: '2.0', id, method, params })
    return new Promise((resolve) => this.#waiting.set(id, resolve))
  }

  call(name: string, args: object): Promise<Reply> {
    return this.ask('tools/call', { name, arguments: args })
  }

  /** Of the process and its children, in bytes; procfs alone tells. */
  rss(): number {
    return family(this.#child.pid ?? 0).reduce((sum, pid) => sum + rssOf(pid), 0)
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #send(message: object): void {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`)
  }

  #hear(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) {
      const reply = JSON.parse(line) as Reply
      if (reply.id === undefined) continue
      this.#waiting.get(reply.id)?.(reply)
      this.#waiting.delete(reply.id)
    }
  }
}

function family(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && field(name, 'PPid') === pid)
    .flatMap((name) => family(Number(name)))
  return [pid, ...children]
}

function rssOf(pid: number): number {
  return field(String(pid), 'VmRSS') * 1024
}

function field(pid: string, name: string): number {
  try {
    return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0 // it has ended
  }
}
