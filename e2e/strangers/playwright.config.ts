import { defineConfig } from '@playwright/test'
import { findBrowser } from '../browser.ts'

/** The pages against strangers: a real virtual machine with a third-party BMC, and recorded Redfish machines. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  workers: 1,
  retries: process.env['CI'] ? 1 : 0,
  timeout: 240_000,
  expect: { timeout: 30_000 },
  reporter: 'list',
  outputDir: '../../test-results/strangers',
  use: {
    locale: 'en-GB',
    launchOptions: { executablePath: findBrowser(), args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] },
  },
})
