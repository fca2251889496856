/**
 * Commands that speak to others: curl, wget, nslookup, getent, nc.
 * Source: curl(1) and its exit codes; BusyBox wget and nslookup; dnsutils' nslookup.
 */
import { dnsAddress, resolve } from '../../network/dns.ts'
import { complain, EXIT, Failure, print, say, type Command, type Process } from '../process.ts'
import { addressOf, connect } from './connection.ts'
import { options } from './options.ts'
import { curl } from './curl.ts'
import { wget } from './wget.ts'

export const NETWORK_COMMANDS: Readonly<Record<string, Command>> = { curl, getent, nc, nslookup, wget }

function nslookup(process: Process): number {
  const { server, pod, profile } = process.container
  const [, name = '', asked] = process.argv
  const address = asked ?? dnsAddress(server)
  const answer = resolve(server, pod, name)
  if (answer.kind === 'silent') {
    print(process, `;; connection timed out; no servers could be reached\n\n`)
    return EXIT.failure
  }
  print(process, `Server:\t\t${address}\nAddress:\t${address}${profile.os === 'debian' ? '#' : ':'}53\n\n`)
  if (answer.kind === 'absent') {
    print(process, `** server can't find ${name}: NXDOMAIN\n\n`)
    return EXIT.failure
  }
  print(process, `${answer.addresses.map((it) => `Name:\t${answer.name}\nAddress: ${it}`).join('\n')}\n\n`)
  return EXIT.ok
}

/** Names as programs find them: the hosts file first, then DNS. */
function getent(process: Process): number {
  const [, database, name = ''] = process.argv
  if (database !== 'hosts' && database !== 'ahosts') throw new Failure(`Unknown database: ${database ?? ''}`)
  const found = addressOf(process, name)
  if (found.kind !== 'found') return EXIT.usage
  return say(process, `${found.address.padEnd(15)} ${name}`)
}

/** Only whether somebody listens: `nc -zv HOST PORT`. */
async function nc(process: Process): Promise<number> {
  const { flags, values, operands } = options(process.argv, 'zvnuw:')
  if (!flags.has('z')) throw new Failure('only -z, to see whether somebody listens, is simulated')
  const [host = '', port = ''] = operands
  const found = addressOf(process, host)
  if (found.kind !== 'found')
    throw new Failure(`getaddrinfo for host "${host}" port ${port}: Name or service not known`)
  const dialled = connect(process, found.address, Number(port))
  const { clock } = process.container.server
  if (dialled.kind === 'silent') await clock.sleep(Number(values.get('w') ?? 134) * 1000, process.signal)
  const why = { connected: '', refused: 'Connection refused', silent: 'Connection timed out' }[dialled.kind]
  const target = `${host} (${found.address}) ${port} port [tcp/*]`
  if (flags.has('v'))
    complain(
      process,
      why
        ? `nc: connect to ${host} (${found.address}) port ${port} (tcp) failed: ${why}`
        : `Connection to ${target} succeeded!`,
    )
  return Number(why !== '')
}
