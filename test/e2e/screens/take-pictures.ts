/**
 * Pictures of every screen: `npm run screenshots -- [--language en] [--theme dark] [--width 1280] [SCREEN…]`, into
 * `docs/screens/<language>-<theme>-<width>/<screen>.png`. Exit code 0 only if every screen that was asked for was reached.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from '@playwright/test';
import type { HeadlessHost } from '#engine/hosts/headless.ts';
import { type Language, languages, startI18n, translate } from '#renderer/i18n/i18n.ts';
import { build } from '#scripts/build.ts';
import { launchChromium } from '#test/fakes/launch-chromium.ts';
import type { ScriptedEngine } from '#test/fakes/scripted-engine/scripted-engine.ts';
import { openAt, serveScripted } from '../open-page.ts';
import { busyScreens, firstScreens } from './all-screens.ts';
import { goToScreen, leaveScreen, type Screen, showTheme } from './screen.ts';
import { busyEngine, firstEngine } from './screens-engine.ts';

const themes = ['light', 'dark'] as const;
const sizes = [
  { width: 1280, height: 720 },
  { width: 1920, height: 1080 },
] as const;
type Size = (typeof sizes)[number];

/** The same on every day, so that a picture changes only with its screen. */
const now = Date.UTC(2026, 4, 12, 9, 41);

interface Wanted {
  readonly languages: readonly Language[];
  readonly themes: readonly (typeof themes)[number][];
  readonly sizes: readonly Size[];
  readonly isWanted: (screen: Screen) => boolean;
}

function readWanted(args: readonly string[]): Wanted {
  const one = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { language: one, theme: one, width: one },
    allowPositionals: true,
  });
  const all = [...busyScreens, ...firstScreens].map(({ name }) => name);
  const unknown = positionals.filter(name => !all.includes(name));
  if (unknown.length > 0) throw new Error(`no screen ${unknown.join(', ')}; there are: ${all.join(', ')}`);
  return {
    languages: chosen(languages, values.language, 'language'),
    themes: chosen(themes, values.theme, 'theme'),
    sizes: chosen(sizes, values.width, 'width', ({ width }) => String(width)),
    isWanted: ({ name }) => positionals.length === 0 || positionals.includes(name),
  };
}

function chosen<Choice>(
  choices: readonly Choice[],
  name: string | undefined,
  what: string,
  nameOf: (choice: Choice) => string = String,
): readonly Choice[] {
  const found = choices.filter(choice => name === undefined || nameOf(choice) === name);
  if (found.length === 0) throw new Error(`no ${what} ${name}; there are: ${choices.map(nameOf).join(', ')}`);
  return found;
}

interface Pass {
  readonly wanted: Wanted;
  readonly language: Language;
  readonly size: Size;
  readonly engine: ScriptedEngine;
  readonly screens: readonly Screen[];
}

/** All themes of one language and size, in one page. The screens that could not be reached. */
async function takePass(browser: Browser, pass: Pass): Promise<readonly string[]> {
  const { wanted, language, size, engine, screens } = pass;
  const page = await browser.newPage({
    viewport: size,
    locale: language,
    timezoneId: 'UTC',
  });
  await page.clock.setFixedTime(now);
  const host: HeadlessHost = await serveScripted(engine);
  const missing: string[] = [];
  try {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await openAt(page, host.url, { language, theme: 'system' });
    const way = { page, say: translate, engine };
    for (const screen of screens.filter(wanted.isWanted)) {
      try {
        await goToScreen(way, screen);
        for (const theme of wanted.themes)
          await takePicture(page, theme, `${language}-${theme}-${size.width}/${screen.name}.png`);
      } catch (error) {
        missing.push(`${language} ${size.width} ${screen.name}`);
        process.stderr.write(`${language} ${size.width} ${screen.name}: ${String(error)}\n`);
      }
      await leaveScreen(way, screen);
    }
  } finally {
    await page.close();
    await host.close();
  }
  return missing;
}

async function takePicture(page: Page, theme: 'light' | 'dark', name: string): Promise<void> {
  await showTheme(page, theme);
  await page.screenshot({
    path: join('docs', 'screens', name),
    animations: 'disabled',
    caret: 'hide',
  });
  process.stdout.write(`docs/screens/${name}\n`);
}

async function main(): Promise<number> {
  const wanted = readWanted(process.argv.slice(2));
  if (!build()) return 1;
  const browser = await launchChromium('whole');
  const missing: string[] = [];
  try {
    for (const language of wanted.languages) {
      await startI18n(language);
      for (const size of wanted.sizes) {
        const pass = { wanted, language, size };
        missing.push(
          ...(await takePass(browser, { ...pass, engine: busyEngine(now), screens: busyScreens })),
          ...(await takePass(browser, { ...pass, engine: firstEngine(), screens: firstScreens })),
        );
      }
    }
  } finally {
    await browser.close();
  }
  for (const name of missing) process.stderr.write(`not reached: ${name}\n`);
  return missing.length === 0 ? 0 : 1;
}

process.exit(await main());
