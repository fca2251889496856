import { defineConfig } from 'vitest/config'

// No test judges speed; a loaded machine may take its time.
const PATIENCE_MS = 300_000

export default defineConfig({
  test: {
    // Vitest leaves one core to itself; on two that is half of the machine.
    maxWorkers: '100%',
    reporters: ['default', ['json', { outputFile: 'node_modules/.cache/results/npm-test.json' }]],
    projects: [
      {
        test: {
          name: 'packages',
          include: ['packages/*/{src,test}/**/*.test.ts'],
          sequence: { shuffle: true },
          testTimeout: PATIENCE_MS,
          hookTimeout: PATIENCE_MS,
        },
      },
      {
        test: {
          name: 'kit',
          // A lab's src/ is the student's: it is red until solved, and no test of the kit looks at it.
          include: ['*.test.ts', 'scripts/**/*.test.ts'],
          sequence: { shuffle: true },
          testTimeout: PATIENCE_MS,
          hookTimeout: PATIENCE_MS,
        },
      },
    ],
  },
})
