import { defineConfig } from 'vitest/config'

/** Tests against strangers: real tools and recorded machines. They are skipped, and say so, where those are missing. */
export default defineConfig({
  test: {
    // A shared machine may stall for seconds; a retry is reported.
    retry: process.env['CI'] ? 1 : 0,
    include: ['e2e/strangers/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    fileParallelism: false,
  },
})
