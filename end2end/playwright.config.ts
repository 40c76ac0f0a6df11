import { defineConfig } from '@playwright/test';

// Debian's Chromium unless CHROMIUM says otherwise: nothing is downloaded.
const chromium = {
  browserName: 'chromium' as const,
  launchOptions: {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  },
};

export default defineConfig({
  testDir: 'tests',
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: !!process.env.CI,
  reporter: 'list',
  use: { ...chromium, trace: 'retain-on-failure', permissions: ['clipboard-read', 'clipboard-write'] },
  projects: [
    { name: 'chromium', testIgnore: /nojs/ },
    { name: 'nojs', testMatch: /nojs/, use: { javaScriptEnabled: false } },
  ],
});
