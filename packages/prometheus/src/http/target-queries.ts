/**
 * What is scraped, and what it tells.
 */
import type { TargetState } from '../scraper.ts'
import type { Call } from './api.ts'
import { badData } from './parameters.ts'

export function targetsJson({ scraper, moments }: Call): unknown {
  const active = scraper.targets.map(({ target, scrapedMs }: TargetState) => ({
    discoveredLabels: target.labels,
    labels: target.labels,
    scrapePool: target.labels['job'] ?? '',
    scrapeUrl: target.scrapeUrl,
    globalUrl: target.scrapeUrl,
    lastError: target.error ?? '',
    lastScrape: moments.text(scrapedMs),
    lastScrapeDuration: 0,
    health: target.error === undefined ? 'up' : 'down',
  }))
  return { activeTargets: active, droppedTargets: [], droppedTargetCounts: {} }
}

export function metadataJson({ scraper, parameters }: Call): unknown {
  const metric = parameters.text('metric')
  const limit = Number(parameters.text('limit') || Infinity)
  if (Number.isNaN(limit)) throw badData('limit must be a number')
  const wanted = [...scraper.metadata].filter(([name]) => metric === '' || name === metric)
  return Object.fromEntries(wanted.slice(0, limit).map(([name, { type, help }]) => [name, [{ type, help, unit: '' }]]))
}
