import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { type HeadlessHost, startHeadless } from '#engine/hosts/headless.ts';
import { silentLogger } from '#engine/system/log.ts';
import type { Language } from '#renderer/i18n/i18n.ts';
import { noUploads } from '#test/fakes/engine/no-uploads.ts';
import type { ScriptedEngine } from '#test/fakes/scripted-engine/scripted-engine.ts';

export interface Look {
  readonly language?: Language;
  /** `system`: as Chromium is told to prefer, and so without a reload. */
  readonly theme?: 'light' | 'dark' | 'system';
  readonly density?: 'auto' | 'comfortable' | 'compact';
}

/** What the page says when a test breaks a part of it: the only error that it may log. */
export const madeFault = 'Racks cannot be counted: made by a test';

/** For a person who must sign in again. */
const accessToken = 'e2e-access-token';

/** Serves the built page with a scripted engine behind it. */
export function serveScripted(engine: ScriptedEngine, port = 0): Promise<HeadlessHost> {
  return startHeadless({
    handlers: engine.handlers,
    uploads: noUploads,
    log: silentLogger,
    token: accessToken,
    listen: { host: '127.0.0.1', port },
    pageDir: join(import.meta.dirname, '..', '..', 'out', 'renderer'),
  });
}

export async function openAt(page: Page, url: string, look: Look = {}): Promise<void> {
  const preferences = { language: 'en', theme: 'light', density: 'auto', ...look };
  await page.addInitScript(text => {
    if (localStorage.getItem('rackside.preferences') === null)
      localStorage.setItem('rackside.preferences', text);
  }, JSON.stringify(preferences));
  await page.goto(url);
  await expect(page.getByRole('navigation')).toBeVisible();
}
