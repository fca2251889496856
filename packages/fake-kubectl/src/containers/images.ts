/**
 * What an image brings: its shell, its commands, its environment, what it listens on. A table, matched by the image's
 * name; the first row that fits counts. Unknown images are a small Debian with every command the simulator has.
 */
import type { PortRoutes } from '../network/routes.ts'
import { bytesOf } from './pipe.ts'
import { directory, file, type Entry, type Tree } from './tree.ts'

/** Which shell speaks: its prompt and its words for what it cannot find. */
export type ShellFlavour = 'dash' | 'bash' | 'busybox'

export type ImageProfile = {
  /** Tried on the image's last path part, without its tag: `nginx`, `coredns`. */
  readonly name: RegExp
  /** Tried on the tag; any when absent. */
  readonly tag?: RegExp
  readonly os: 'debian' | 'alpine' | 'busybox' | 'none'
  /** Commands it lacks, or the only ones it has. */
  readonly without?: readonly string[]
  readonly only?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly workingDir?: string
  /** What its process 1 is when the pod does not say. */
  readonly command?: readonly string[]
  readonly files?: Readonly<Record<string, string>>
  readonly ports?: PortRoutes
}

const NOTHING: readonly string[] = []
const NGINX_PAGE = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
</head>
<body>
<h1>Welcome to nginx!</h1>
</body>
</html>
`
const NGINX = {
  command: ['nginx: master process nginx -g daemon off;'],
  files: { '/usr/share/nginx/html/index.html': NGINX_PAGE, '/etc/nginx/nginx.conf': 'user  nginx;\n' },
  ports: { '80': { '/*': { directory: '/usr/share/nginx/html' } } },
}

const PROFILES: readonly ImageProfile[] = [
  { name: /^(coredns|kube-.*|pause|etcd|.*distroless.*|static)$/, os: 'none', only: NOTHING },
  { name: /^nginx$/, tag: /alpine/, os: 'alpine', ...NGINX },
  { name: /^nginx$/, os: 'debian', without: ['ps', 'wget', 'nslookup'], ...NGINX },
  {
    name: /^httpd$/,
    tag: /alpine/,
    os: 'alpine',
    command: ['httpd-foreground'],
    workingDir: '/usr/local/apache2',
    ports: { '80': { '/': { body: '<html><body><h1>It works!</h1></body></html>\n' } } },
  },
  {
    name: /^httpd$/,
    os: 'debian',
    without: ['ps', 'wget', 'curl', 'nslookup'],
    command: ['httpd-foreground'],
    workingDir: '/usr/local/apache2',
    ports: { '80': { '/': { body: '<html><body><h1>It works!</h1></body></html>\n' } } },
  },
  { name: /^busybox$/, os: 'busybox', without: ['curl', 'bash'], command: ['sh'] },
  { name: /^alpine$/, os: 'alpine', without: ['curl', 'bash'], command: ['/bin/sh'] },
  { name: /^curl$/, os: 'alpine', without: ['bash'] },
  { name: /./, tag: /alpine/, os: 'alpine', without: ['bash', 'curl'] },
]
const UNKNOWN: ImageProfile = { name: /./, os: 'debian' }

/** `registry.example/shop/web:5.2.0@sha256:…` → the row for `web`, `5.2.0`. */
export function imageProfile(image: string): ImageProfile {
  const [, name = '', tag = 'latest'] = /([^/:@]+)(?::([^/@]+))?(?:@.*)?$/.exec(image) ?? []
  return PROFILES.find((row) => row.name.test(name) && (row.tag?.test(tag) ?? true)) ?? UNKNOWN
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
