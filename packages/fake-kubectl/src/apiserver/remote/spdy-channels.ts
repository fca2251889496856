/**
 * The streams of exec and attach as SPDY has them: the client opens one for each, named in its headers, and nothing begins
 * before all are there. What clients before 1.31 speak, and newer ones where a WebSocket is refused.
 * Source: k8s.io/cri-streaming remotecommand httpstream.go.
 */
import { bytesOf, Pipe, type Sink } from '../../containers/pipe.ts'
import { SpdySession, type SpdyStream } from '../../network/spdy.ts'
import { sizeIn, type Channels, type Size } from './channels.ts'
import type { Wire } from './upgrade.ts'

/** @param names the streams that are to come, beside `error` */
export function spdyChannels(wire: Wire, names: readonly string[], resized: (size: Size) => void): Channels {
  const streams = new Map<string, SpdyStream>()
  const stdin = new Pipe()
  let begin = () => {}
  const ready = new Promise<void>((resolve) => (begin = resolve))
  const session = new SpdySession(wire, (stream) => {
    const name = stream.headers.get('streamtype') ?? ''
    streams.set(name, stream)
    if (['error', ...names].every((it) => streams.has(it))) begin()
    if (name === 'stdin') return { receive: (bytes) => void stdin.write(bytes), end: () => stdin.end() }
    return { receive: (bytes) => (name === 'resize' ? resized(sizeIn(bytes)) : undefined), end: () => {} }
  })
  const sink = (name: string): Sink => ({
    drained: () => wire.drained?.(),
    write(bytes) {
      streams.get(name)?.send(bytes)
      return true
    },
  })
  return {
    ready,
    stdin,
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    end(status) {
      streams.get('error')?.send(bytesOf(JSON.stringify(status)))
      for (const stream of streams.values()) stream.end()
      wire.close()
    },
    receive: (message) => session.receive(message),
  }
}
