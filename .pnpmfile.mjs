/**
 * Two corrections to package manifests, made while pnpm resolves.
 *
 * The fallback Node (`node-linux-*`) is wanted only where the machine's own Node is older than the kit's floor, on
 * glibc Linux. Those packages publish `os` and `cpu` as strings, which pnpm drops; the hook states them properly.
 * Everybody else's `engines.node` is removed: pnpm checks it against the Node that installs, not the one that runs.
 */
const FALLBACK = /^node-linux-(x64|arm64)$/

function readPackage(manifest) {
  const cpu = FALLBACK.exec(manifest.name ?? '')?.[1]
  if (cpu === undefined) {
    delete manifest.engines?.node
    return manifest
  }
  // `|| its own version`: an install that already runs on the fallback must keep it.
  return {
    ...manifest,
    os: ['linux'],
    cpu: [cpu],
    libc: ['glibc'],
    engines: { node: `<22.19.0 || ${manifest.version}` },
  }
}

export const hooks = { readPackage }
