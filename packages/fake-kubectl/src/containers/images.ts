/**
 * What an image brings: its shell, its commands, its environment, what it listens on, and how its containers live. Rows of
 * data, matched by the image's name: those of the world first, then those of `src/images/`. An image that no row names is
 * a small Debian with every command the simulator has, and runs for ever.
 */
import type { LogProgram } from '../kubelet/kubelet.ts'
import type { PortRoutes } from '../network/routes.ts'
import { bytesOf } from './pipe.ts'
import { directory, file, type Entry, type Tree } from './tree.ts'

/** Which shell speaks: its prompt and its words for what it cannot find. */
export type ShellFlavour = 'dash' | 'bash' | 'busybox'

/** A row of `src/images/*.yaml`, or of a world's `images`. */
export type ImageSpec = {
  /**
   * Globs on the image as pods name it, without its digest: `nginx`, `nginx:*alpine*`, `*crash*`. One with a slash is tried
   * on the whole name, others on its last part; without a colon any tag will do. What fits best counts: that with most
   * letters of the name, then of the tag.
   */
  readonly image: string | readonly string[]
  readonly os?: 'debian' | 'alpine' | 'busybox' | 'none' | undefined
  /** Commands it lacks, or the only ones it has. */
  readonly without?: readonly string[] | undefined
  readonly only?: readonly string[] | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
  readonly workingDir?: string | undefined
  /** What its process 1 is when the pod does not say. */
  readonly command?: readonly string[] | undefined
  /** Of its process 1, when the pod does not say; root when absent. */
  readonly user?: number | undefined
  readonly files?: Readonly<Record<string, string>> | undefined
  readonly ports?: PortRoutes | undefined
  /** Compressed, as it is pulled; drawn from its name when absent. */
  readonly sizeBytes?: number | undefined
  /** A regular expression for the tags there are; any when absent. */
  readonly tags?: string | undefined
  readonly pull?: PullSpec | undefined
  /** How it answers requests; stages may say otherwise. */
  readonly serves?: ServingSpec | undefined
  /** What its containers print; stages may say otherwise. */
  readonly log?: LogProgram | undefined
  /** What its containers do, one stage after the other; they run for ever when absent. */
  readonly stages?: readonly LifeStage[] | undefined
  /** How long its containers take to end when they are asked to (SIGTERM), one second when absent. */
  readonly stopsIn?: string | undefined
  /** With what they end then; 143, killed by the signal, when absent. */
  readonly exitOnTerm?: number | undefined
  /**
   * Its pods do not live: `startsIn` after they were bound they stand as a stage of `src/stages/` says, and stay so. By
   * the pod's restartPolicy where it is an object.
   */
  readonly stands?: string | Readonly<Record<string, string>> | undefined
  readonly startsIn?: string | undefined
}

/** How a container answers requests, where a load is put on its Service. */
export type Serving = {
  /** Of half its answers, in milliseconds, while it has little to do; others are slower. */
  readonly latencyMs: number
  /** The share of its answers that are 500s through its own fault. */
  readonly errors: number
  /** Processor time for each, in milliseconds. */
  readonly cpuMs: number
  /** Services it asks for each, by the names it knows them by; it is as slow and as faulty as they are. */
  readonly calls?: readonly string[] | undefined
}

export type ServingSpec = { readonly [K in keyof Serving]?: Serving[K] | undefined }

export type PullFailure = 'not found' | 'denied' | 'no such host'

/** How its pull goes: how long it takes (by its size when absent), and why it fails, if it does. */
export type PullSpec = { readonly takes?: string | undefined; readonly fails?: PullFailure | undefined }

/**
 * What a container does for a while. The first stage whose `when` holds begins; when its time is over the next one whose
 * `when` holds follows, and one without time lasts until the container is stopped.
 */
export type LifeStage = {
  /** `env NAME`, `env NAME=glob`, `file /path`, `name of.a.host`, `service name:port`, `memory < 256Mi`, `run < 3`; `no …` for the contrary. */
  readonly when?: readonly string[] | undefined
  /** `30s`, or `20s..40s` drawn for each run. */
  readonly for?: string | undefined
  /** Ends the stage before its time: requirements as in `when`, looked at every second. */
  readonly until?: readonly string[] | undefined
  readonly log?: LogProgram | undefined
  /** What it answers meanwhile; what the image does when absent. */
  readonly ports?: PortRoutes | undefined
  readonly serves?: ServingSpec | undefined
  /** Nobody listens and every probe fails when false. */
  readonly healthy?: boolean | undefined
  /** Files it writes when it begins, by path, and files it removes. */
  readonly writes?: Readonly<Record<string, string>> | undefined
  readonly removes?: readonly string[] | undefined
  /** How much it uses: a quantity, `100m`, or a way from one to another, `64Mi..600Mi over 20m`. */
  readonly cpu?: string | undefined
  readonly memory?: string | undefined
  readonly disk?: string | undefined
  /** With what the container ends when the stage does; it goes on when absent. */
  readonly exit?: number | undefined
}

export type ImageProfile = ImageSpec & { readonly os: NonNullable<ImageSpec['os']> }

const UNKNOWN: ImageProfile = { image: '*', os: 'debian' }

/** The rows of one cluster, and which of them is which image's. */
export class Images {
  readonly #tables: readonly (readonly ImageSpec[])[]
  readonly #known = new Map<string, ImageProfile>()

  /** @param tables a row of an earlier table counts before every row of a later one */
  constructor(...tables: readonly (readonly ImageSpec[])[]) {
    this.#tables = tables
  }

  /** `registry.example/shop/web:5.2.0@sha256:…` → the row for `web`, `5.2.0`. */
  profile(image: string): ImageProfile {
    const known = this.#known.get(image)
    if (known) return known
    const best = this.#tables.map((rows) => bestFit(rows, image)).find((row) => row !== undefined)
    const profile: ImageProfile = best ? { ...best, os: best.os ?? 'debian' } : UNKNOWN
    this.#known.set(image, profile)
    return profile
  }
}

function bestFit(rows: readonly ImageSpec[], image: string): ImageSpec | undefined {
  const { path, name, tag } = partsOf(image)
  let best: { row: ImageSpec; score: number } | undefined
  for (const row of rows) {
    for (const pattern of typeof row.image === 'string' ? [row.image] : row.image) {
      const [names = '', tags = '*'] = pattern.split(':')
      if (!fits(names, names.includes('/') ? path : name) || !fits(tags, tag)) continue
      const score = literals(names) * 1000 + literals(tags)
      if (!best || score > best.score) best = { row, score }
    }
  }
  return best?.row
}

/** An image's name in its parts; `latest` is the tag of one that has none. */
export function partsOf(image: string): { path: string; name: string; tag: string } {
  const [, path = image, tag = 'latest'] = /^(.*?)(?::([^/:@]+))?(?:@.*)?$/.exec(image) ?? []
  return { path, name: path.split('/').at(-1) ?? '', tag }
}

function literals(glob: string): number {
  return glob.replaceAll('*', '').length
}

/** Does a text fit a glob, in which `*` stands for anything? */
export function fits(glob: string, text: string): boolean {
  const parts = glob.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text)
}

export function hasCommand({ only, without }: ImageProfile, name: string): boolean {
  return only ? only.includes(name) : !without?.includes(name)
}

export function shellFlavour({ os }: ImageProfile, name: string): ShellFlavour {
  if (os === 'busybox' || os === 'alpine') return 'busybox'
  return name === 'bash' ? 'bash' : 'dash'
}

const DIRECTORIES = (
  '/ /bin /dev /etc /home /lib /media /mnt /opt /proc /root /run /run/lock /sbin /srv /sys /usr /usr/bin /usr/lib ' +
  '/usr/local /usr/local/bin /usr/sbin /usr/share /var /var/cache /var/lib /var/log /var/run'
).split(' ')
const RELEASES: Record<ImageProfile['os'], string> = {
  debian: 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n',
  alpine: 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.22.1\nPRETTY_NAME="Alpine Linux v3.22"\n',
  busybox: '',
  none: '',
}

/** The image's files as they are before a container starts. */
export function imageTree(profile: ImageProfile, commands: readonly string[], builtMs: number): Tree {
  const tree = new Map<string, Entry>()
  const put = (path: string, text: string, mode?: number) => {
    for (const parent of parents(path)) if (!tree.has(parent)) tree.set(parent, directory(builtMs))
    tree.set(path, file(bytesOf(text), builtMs, mode))
  }
  for (const path of DIRECTORIES) tree.set(path, directory(builtMs))
  for (const path of ['/tmp', '/var/tmp']) tree.set(path, directory(builtMs, 0o1777))
  put('/dev/null', '', 0o666)
  put('/etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n')
  put('/etc/group', 'root:x:0:\nnogroup:x:65534:\n')
  if (RELEASES[profile.os]) put('/etc/os-release', RELEASES[profile.os])
  for (const name of commands.filter((it) => hasCommand(profile, it))) put(`/bin/${name}`, executable(name), 0o755)
  for (const [path, text] of Object.entries(profile.files ?? {})) put(path, text)
  return tree
}

/** What a command is as a file; a copy of it is the same command. */
function executable(name: string): string {
  return `\u007FELF ${name}\n`
}

/** The command that a file is, if it is one. */
export function commandIn(text: string): string | undefined {
  return /^\u007FELF (\S+)\n$/.exec(text)?.[1]
}

function parents(path: string): string[] {
  const parts = path.split('/').slice(1, -1)
  return parts.map((_, i) => `/${parts.slice(0, i + 1).join('/')}`)
}
