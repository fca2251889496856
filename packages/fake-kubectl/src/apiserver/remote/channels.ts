/**
 * Several streams in one: the first byte of a message says which. v5 adds a message that ends a stream.
 * Source: apimachinery/pkg/util/remotecommand/constants.go; httpstream/wsstream.
 */
import { at } from '../../api/meta.ts'
import { bytesOf, Pipe, textOf, type Sink } from '../../containers/pipe.ts'
import type { Wire } from './upgrade.ts'

const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const

export const V5 = 'v5.channel.k8s.io'
export const V4 = 'v4.channel.k8s.io'
/** Messages larger than this are cut: clients read into buffers. */
const CHUNK_BYTES = 32 * 1024

export type Size = { rows: number; columns: number }

export type Channels = {
  /** Settles when all streams are there. */
  readonly ready: Promise<void>
  readonly stdin: Pipe
  readonly stdout: Sink
  readonly stderr: Sink
  /** The outcome, last of all. */
  end(status: object): void
  receive(message: Uint8Array): void
}

/** @param resized is told what size the client's terminal has */
export function channels(wire: Wire, resized: (size: Size) => void): Channels {
  const stdin = new Pipe()
  const sink = (channel: number): Sink => ({
    drained: () => wire.drained?.(),
    write(bytes) {
      for (let i = 0; i < bytes.length; i += CHUNK_BYTES) wire.send(framed(channel, bytes.subarray(i, i + CHUNK_BYTES)))
      return true
    },
  })
  // An empty message tells the client that the streams are there.
  wire.send(framed(CHANNEL.stdout, new Uint8Array(0)))
  return {
    ready: Promise.resolve(),
    stdin,
    stdout: sink(CHANNEL.stdout),
    stderr: sink(CHANNEL.stderr),
    end(status) {
      wire.send(framed(CHANNEL.error, bytesOf(JSON.stringify(status))))
      wire.close()
    },
    receive(message) {
      const content = message.subarray(1)
      if (message[0] === CHANNEL.stdin) stdin.write(content.slice())
      else if (message[0] === CHANNEL.close && content[0] === CHANNEL.stdin) stdin.end()
      else if (message[0] === CHANNEL.resize) resized(sizeIn(content))
    },
  }
}

export function framed(channel: number, content: Uint8Array): Uint8Array {
  const message = new Uint8Array(content.length + 1)
  message[0] = channel
  message.set(content, 1)
  return message
}

/** Clients write it with and without capitals. */
export function sizeIn(content: Uint8Array): Size {
  try {
    const size: unknown = JSON.parse(textOf(content))
    return {
      rows: Number(at(size, 'Height') ?? at(size, 'height') ?? 24),
      columns: Number(at(size, 'Width') ?? at(size, 'width') ?? 80),
    }
  } catch {
    return { rows: 24, columns: 80 } // A terminal of unknown size is one of the usual size.
  }
}
