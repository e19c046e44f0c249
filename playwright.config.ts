import { defineConfig } from '@playwright/test';

/**
 * The page in Debian's own Chromium: Playwright's browsers are not downloaded. In its headless build, because the whole browser
 * draws its tool bars as pages too, which takes as much processor time again as ours.
 */
export default defineConfig({
  testDir: 'test/e2e',
  globalSetup: './test/e2e/build-page.ts',
  outputDir: 'test-results',
  fullyParallel: false,
  workers: 2,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  forbidOnly: true,
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    // What is not there is told at once, not when the whole test has no time left.
    actionTimeout: 60_000,
    viewport: { width: 1280, height: 720 },
    // Drawing what spins and fades takes a processor that the engine and the machines need.
    contextOptions: { reducedMotion: 'reduce' },
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium-headless-shell',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
