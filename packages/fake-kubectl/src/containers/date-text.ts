/** A time as `date` prints it, in UTC. Source: POSIX.1-2024 Utilities, date. */

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** What `date` prints when it is not told how. */
export const DATE_FORMAT = '%a %b %e %H:%M:%S UTC %Y'

/** @param format with `%Y` and the like; what is not known stays as it is */
export function dateText(format: string, ms: number): string {
  const date = new Date(ms)
  const iso = date.toISOString()
  const parts: Record<string, string> = {
    a: DAYS[date.getUTCDay()]!,
    b: MONTHS[date.getUTCMonth()]!,
    d: iso.slice(8, 10),
    e: String(date.getUTCDate()).padStart(2),
    F: iso.slice(0, 10),
    H: iso.slice(11, 13),
    M: iso.slice(14, 16),
    m: iso.slice(5, 7),
    N: `${iso.slice(20, 23)}000000`,
    n: '\n',
    S: iso.slice(17, 19),
    s: String(Math.floor(ms / 1000)),
    T: iso.slice(11, 19),
    Y: iso.slice(0, 4),
    Z: 'UTC',
    z: '+0000',
    '%': '%',
  }
  return format.replaceAll(/%(.)/g, (whole, letter: string) => parts[letter] ?? whole)
}
