import { type Browser, chromium } from '@playwright/test';

/** `whole`: what a person has. `headless`: its build without tool bars, which are pages themselves and cost as much as ours. */
const programs = { whole: '/usr/bin/chromium', headless: '/usr/bin/chromium-headless-shell' } as const;

/** Debian's own Chromium, without a network of its own. */
export function launchChromium(build: keyof typeof programs = 'headless'): Promise<Browser> {
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  return chromium.launch({ executablePath: process.env['CHROMIUM'] ?? programs[build], args });
}
