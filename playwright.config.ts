import { defineConfig } from '@playwright/test'

/** Their files start what they try, and kill it. */
const own = ['endurance.spec.ts', 'fleet-operation.spec.ts', 'install.spec.ts']

/** The browser and the address are found in e2e/global-setup.ts, before any worker reads this file again. */
export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  globalSetup: './e2e/global-setup.ts',
  workers: 2,
  // CI's machine is shared and noisy: a test that needs a second try is reported as flaky.
  retries: process.env['CI'] ? 1 : 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: process.env['CI'] ? 'list' : [['list'], ['html', { open: 'never' }]],
  use: {
    baseURL: process.env['BASEBOARD_URL'],
    locale: 'en-GB',
    // Recording every test takes time, and a test that fails is tried again.
    trace: process.env['CI'] ? 'on-first-retry' : 'retain-on-failure',
    launchOptions: {
      executablePath: process.env['CHROME_PATH'],
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    },
  },
  // Each project does its tests one after the other: those of `product` share one fleet. Those of `own` start products of their own, and wait
  // for `claim` only because what nothing waits for would have to end before `product` begins.
  projects: [
    { name: 'claim', testMatch: 'claim.spec.ts' },
    { name: 'product', dependencies: ['claim'], testIgnore: ['claim.spec.ts', ...own, '**/strangers/**'], workers: 1, use: { storageState: 'test-results/admin.json' } },
    { name: 'own', dependencies: ['claim'], testMatch: own, workers: 1 },
  ],
})
