/**
 * Prints the sum of vitest's JSON reports in a folder as one line: `N passed, N failed`, and `, N skipped` if any.
 *
 * Usage: node scripts/sum-results.mjs FOLDER REPORT…, where each REPORT (`npm-test`) must have left FOLDER/REPORT.json.
 * Exits 1 when a test failed, or a report is missing or holds no test: a suite that did not run is no success.
 */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

const [folder, ...names] = process.argv.slice(2)
const counts = names.map(countsOf)
const total = (key) => counts.reduce((sum, count) => sum + count[key], 0)

const skipped = total('skipped')
console.log(`${total('passed')} passed, ${total('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exit(total('failed') > 0 || names.length === 0 ? 1 : 0)

function countsOf(name) {
  const file = path.join(folder, `${name}.json`)
  if (!existsSync(file)) return missing(`${name}: no report at ${file}; the suite did not run to its end`)
  const report = JSON.parse(readFileSync(file, 'utf8'))
  if (report.numTotalTests === 0) return missing(`${name}: the suite ran no test`)
  // A file that fails to load has no tests of its own; it counts as one failure.
  const unloaded = report.testResults.filter(
    (suite) => suite.status === 'failed' && suite.assertionResults.length === 0,
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

function missing(why) {
  console.error(why)
  return { passed: 0, failed: 1, skipped: 0 }
}
