/**
 * What a query costs, in milliseconds: something to begin with, and more with each sample it reads. A busy Prometheus with
 * its blocks on disk, so that asking the same thing twice is felt.
 */

const BASE_MS = 20
const SAMPLES_A_MS = 100

export function queryCostMs(samples: number): number {
  return BASE_MS + Math.round(samples / SAMPLES_A_MS)
}
