import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // A shared machine may stall for seconds; a retry is reported.
    retry: process.env['CI'] ? 1 : 0,
    include: ['{lib,app,components,simulator,cli,messages,supervisor}/**/*.test.{ts,tsx}', 'tests/**/*.test.ts'],
    globalSetup: ['tests/global-setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
