/**
 * Commands that speak to others: curl, wget, nslookup.
 * Source: curl(1) and its exit codes; BusyBox wget and nslookup; dnsutils' nslookup.
 */
import { dnsAddress, resolve } from '../../network/dns.ts'
import { EXIT, print, type Command, type Process } from '../process.ts'
import { curl } from './curl.ts'
import { wget } from './wget.ts'

export const NETWORK_COMMANDS: Readonly<Record<string, Command>> = { curl, nslookup, wget }

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
