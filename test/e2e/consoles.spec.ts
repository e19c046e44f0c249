import { execFileSync } from 'node:child_process';
import type { Locator, Page } from '@playwright/test';
import type { RacksideHandlers } from '#shared/contract/index.ts';
import { nodeIdOf } from '#test/fakes/scripted-engine/ids.ts';
import type { ScriptedEngine } from '#test/fakes/scripted-engine/scripted-engine.ts';
import { scriptedWorld } from '#test/fakes/scripted-engine/scripted-world.ts';
import { cellsDrawnOtherwise } from './cell-pixels.ts';
import { expect, expectAccessible, openAt, scriptedEngine, test } from './page.ts';

const [r4u01, r4u02] = [nodeIdOf(1), nodeIdOf(2)];

function busyRack(): ScriptedEngine {
  const { snapshot, events } = scriptedWorld(Date.now());
  return scriptedEngine(snapshot, events);
}

const consoleOf = (page: Page, name: string): Locator =>
  page.getByRole('region', { name: `Console of ${name}`, exact: true });
const terminalOf = (page: Page, name: string): Locator =>
  page.getByRole('textbox', { name: new RegExp(`^Terminal of ${name}\\.`) });

/** A screen reader's copy of the lines: the terminal itself is a picture. */
async function readAloud(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const settings = { fontFamily: 'system', fontSize: 'auto', readsAloud: true, servers: [] };
    if (localStorage.getItem('rackside.consoles') === null)
      localStorage.setItem('rackside.consoles', JSON.stringify(settings));
  });
}

const linesOf = (page: Page, name: string): Locator =>
  consoleOf(page, name).locator('.xterm-accessibility-tree');

async function show(page: Page, hash: string): Promise<void> {
  await page.evaluate(to => {
    window.location.hash = to;
  }, hash);
}

const typed = (engine: ScriptedEngine) =>
  engine.calls.filter(({ path }) => path === 'consoles.write').map(({ input }) => input);

/** All of it, wherever it went. */
const textTyped = (engine: ScriptedEngine): string =>
  typed(engine)
    .map(input => String(Object(input).text))
    .join('');

test('a console opens by a click, takes what is typed, and marks where bytes are missing', async ({
  page,
  open,
}) => {
  await readAloud(page);
  const engine = busyRack();
  await open(engine);
  await page.getByRole('link', { name: 'Consoles' }).click();
  await expect(page.getByText('No console is open')).toBeVisible();
  await page.getByRole('row', { name: 'r4u01' }).click();
  await expect(linesOf(page, 'r4u01')).toContainText('login:');
  await expect(terminalOf(page, 'r4u01')).toBeFocused();

  await page.keyboard.type('root');
  await page.keyboard.press('Enter');
  await expect(linesOf(page, 'r4u01')).toContainText('login: root');
  await expect(linesOf(page, 'r4u01')).toContainText('# ');
  await expect(consoleOf(page, 'r4u01').getByText('You type')).toBeVisible();

  // Ctrl+K is the shell's in a terminal, and the palette's outside of it.
  await page.keyboard.press('Control+k');
  await expect.poll(() => JSON.stringify(typed(engine))).toContain('\\u000b');
  await page.keyboard.press('Control+Shift+F6');
  await expect(consoleOf(page, 'r4u01').getByRole('toolbar').getByRole('button').first()).toBeFocused();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('r4u02 console');
  await page.keyboard.press('Enter');
  await expect(linesOf(page, 'r4u02')).toContainText('login:');

  engine.consoles.say(r4u02, '\r\nLoading kernel');
  engine.consoles.gap(r4u02, 'lost');
  engine.consoles.change(r4u02, { state: 'waiting', retryAt: Date.now() + 30_000 });
  await expect(linesOf(page, 'r4u02')).toContainText('the connection to the BMC was lost');
  await expect(consoleOf(page, 'r4u02').getByText('1 gap')).toBeVisible();
  await expect(consoleOf(page, 'r4u02').getByText(/^Tries again in \d+ s$/)).toBeVisible();
  await consoleOf(page, 'r4u02').getByRole('button', { name: 'Try now' }).click();
  await expect(consoleOf(page, 'r4u02').getByText(/^Connected since/)).toBeVisible();
  engine.consoles.say(r4u02, 'and on it goes');
  await expect(linesOf(page, 'r4u02')).toContainText('and on it goes');
});

test('one window types, the others watch, and the keyboard changes hands in sight of both', async ({
  page,
  open,
  context,
}) => {
  const engine = busyRack();
  await open(engine);
  const second = await context.newPage();
  await openAt(second, page.url());
  for (const window of [page, second]) {
    await show(window, `#/consoles/${r4u01}`);
    await expect(terminalOf(window, 'r4u01')).toBeFocused();
  }
  await page.keyboard.type('a');
  await expect(consoleOf(page, 'r4u01').getByText('You type')).toBeVisible();
  await second.keyboard.type('b');
  const notice = consoleOf(second, 'r4u01').getByRole('status');
  await expect(notice).toContainText('Not sent: Chrome, Linux (');
  await expectAccessible(second);
  await notice.getByRole('button', { name: 'Type here' }).click();
  await expect(consoleOf(second, 'r4u01').getByText('You type')).toBeVisible();
  await expect(consoleOf(page, 'r4u01').getByRole('status')).toContainText('types here now');
  await second.keyboard.type('c');
  await expect.poll(() => textTyped(engine)).toBe('ac');
  await second.close();
  await expect(consoleOf(page, 'r4u01').getByText('1 more window')).toHaveCount(0);
});

test('a paste of several lines is shown before it is sent, and keys are those of the firmware', async ({
  page,
  open,
}) => {
  const engine = busyRack();
  await open(engine);
  await show(page, `#/consoles/${r4u01}`);
  await expect(terminalOf(page, 'r4u01')).toBeFocused();
  await terminalOf(page, 'r4u01').evaluate(element => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', 'hostname web-01\nreboot\n');
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  const dialog = page.getByRole('dialog', { name: 'Paste into r4u01' });
  await expect(dialog.getByRole('textbox')).toHaveValue('hostname web-01\nreboot\n');
  expect(typed(engine)).toEqual([]);
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Type 2 lines' }).click();
  await expect.poll(() => textTyped(engine)).toBe('hostname web-01\rreboot\r');

  const pane = consoleOf(page, 'r4u01');
  await pane.getByRole('button', { name: 'Code page, size, keys' }).click();
  await page.getByRole('combobox', { name: 'Keys' }).click();
  await page.getByRole('option', { name: /^VT100\+/ }).click();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await terminalOf(page, 'r4u01').focus();
  await page.keyboard.press('F2');
  await pane.getByRole('button', { name: 'Function keys and Break' }).click();
  await pane.getByRole('button', { name: 'F12' }).click();
  await pane.getByRole('button', { name: 'Break', exact: true }).click();
  await expect.poll(() => textTyped(engine).endsWith('\x1b2\x1b@')).toBe(true);
  expect(engine.calls.some(({ path }) => path === 'consoles.sendBreak')).toBe(true);
});

test('what is typed to several says so all the time, and ends when another tab is shown', async ({
  page,
  open,
}) => {
  const engine = busyRack();
  await open(engine);
  for (const id of [r4u01, r4u02]) {
    await show(page, `#/consoles/${id}`);
    await expect(page.getByRole('textbox', { name: /^Terminal of/ })).toBeFocused();
  }
  await page.getByRole('button', { name: '2 side by side' }).click();
  await expect(terminalOf(page, 'r4u01')).toBeVisible();
  await page.getByRole('button', { name: 'Type to several…' }).click();
  await page.getByRole('button', { name: 'Type to 2 consoles' }).click();
  await expect(page.getByRole('alert')).toHaveText(/What you type goes to 2 consoles: r4u01, r4u02/);
  await terminalOf(page, 'r4u02').focus();
  await page.keyboard.type('x');
  await expect
    .poll(() => typed(engine))
    .toEqual([
      { nodeId: r4u01, text: 'x' },
      { nodeId: r4u02, text: 'x' },
    ]);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Close the console of r4u01' }).first().click();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await terminalOf(page, 'r4u02').focus();
  await page.keyboard.type('y');
  await expect.poll(() => typed(engine)).toHaveLength(3);
});

test('a firmware screen in code page 437 has its lines and corners, and UTF-8 is one choice away', async ({
  page,
  open,
}) => {
  await readAloud(page);
  await open(withTail(busyRack(), Buffer.from([0xda, 0xc4, 0xc4, 0xbf, 0x0d, 0x0a, 0xb3, 0xb0, 0xdb, 0xb3])));
  await show(page, `#/consoles/${r4u01}`);
  await expect(linesOf(page, 'r4u01')).toContainText('┌──┐');
  await expect(linesOf(page, 'r4u01')).toContainText('│░█│');
  await consoleOf(page, 'r4u01').getByRole('button', { name: 'Code page, size, keys' }).click();
  await page.getByRole('combobox', { name: 'Code page' }).click();
  await expect(page.getByRole('option', { name: 'By content (now CP437)' })).toBeVisible();
  await page.getByRole('option', { name: 'UTF-8', exact: true }).click();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(linesOf(page, 'r4u01')).not.toContainText('┌');
});

/** What code page 437 draws for controls, of those that no terminal acts on (unicode.org, VENDORS/MISC/IBMGRAPH.TXT). */
const drawnControls = new Map([
  ...[0x263a, 0x263b, 0x2665, 0x2666, 0x2663, 0x2660].map((code, index) => [1 + index, code] as const),
  ...([
    [0x10, 0x25ba],
    [0x12, 0x2195],
    [0x14, 0xb6],
    [0x15, 0xa7],
    [0x16, 0x25ac],
    [0x17, 0x21a8],
  ] as const),
  ...([
    [0x19, 0x2193],
    [0x1c, 0x221f],
    [0x1d, 0x2194],
    [0x1e, 0x25b2],
    [0x1f, 0x25bc],
  ] as const),
]);

/** The bytes by somebody else's table: Python's codec is made from Unicode's CP437.TXT. */
function textByPython(bytes: Buffer): string {
  const script =
    'import sys; sys.stdout.buffer.write(sys.stdin.buffer.read().decode("cp437").encode("utf-8"))';
  const letters = Array.from(execFileSync('python3', ['-c', script], { input: bytes }).toString());
  return letters
    .map((letter, at) => String.fromCodePoint(drawnControls.get(bytes[at] ?? 0) ?? letter.charCodeAt(0)))
    .join('');
}

test.describe('on a fine screen', () => {
  test.use({ deviceScaleFactor: 2 });

  test('every letter, line, corner and shade of code page 437 is drawn as the font has it, pixel by pixel', async ({
    page,
    open,
  }) => {
    const printable = Array.from({ length: 256 }, (_, byte) => byte).filter(
      byte => drawnControls.has(byte) || (byte >= 0x20 && byte !== 0x7f),
    );
    const screen = [0, 64, 128, 192].map(at => Buffer.from(printable.slice(at, at + 64)));
    // A firmware's dialog: double and single frames that meet, shades and blocks side by side.
    screen.push(Buffer.from('c9cdcdd1cdcdbb', 'hex'), Buffer.from('bab0b1b3b2dbba', 'hex'));
    screen.push(Buffer.from('c7c4c4c5c4c4b6', 'hex'), Buffer.from('c8cddccfdfcdbc', 'hex'));
    const lines = screen.map(textByPython);
    await page.addInitScript(id => {
      const server = [id, { codePage: 'cp437', keyMap: 'xterm', geometry: '80x24' }];
      const settings = { fontFamily: 'dejavu', fontSize: 14, readsAloud: false, servers: [server] };
      localStorage.setItem('rackside.consoles', JSON.stringify(settings));
      // A graphics card draws lines and blocks without the font; here the browser itself draws.
      const { getContext } = HTMLCanvasElement.prototype;
      Object.assign(HTMLCanvasElement.prototype, {
        getContext(this: HTMLCanvasElement, kind: string) {
          return kind.startsWith('webgl') ? null : getContext.call(this, kind);
        },
      });
    }, r4u01);
    const tail = Buffer.concat(screen.map(line => Buffer.concat([line, Buffer.from('\r\n')])));
    await open(withTail(busyRack(), tail));
    await show(page, `#/consoles/${r4u01}`);
    const rows = consoleOf(page, 'r4u01').locator('.xterm-rows');
    await expect(rows).toContainText(lines.at(-1) ?? '');
    const drawing = { lines, columns: 80, rows: 24 };
    expect(await cellsDrawnOtherwise(page, rows, drawing)).toEqual([]);
    // Each letter taken for the next one: a comparison that saw no difference would prove nothing.
    const wrong = lines.map(line => line.slice(1) + line.slice(0, 1));
    const differing = await cellsDrawnOtherwise(page, rows, { ...drawing, lines: wrong });
    const changed = lines.flatMap((line, row) =>
      Array.from(line).filter((letter, at) => wrong[row]?.[at] !== letter),
    );
    expect(differing.length).toBeGreaterThan(changed.length * 0.95);
  });
});

/** The same engine with a console that said this last, byte for byte. */
function withTail(engine: ScriptedEngine, tail: Buffer): ScriptedEngine {
  const { view } = engine.handlers.consoles;
  const withBytes: RacksideHandlers['consoles']['view'] = (input, ...rest) => {
    const source = view(input, ...rest);
    return {
      ...source,
      snapshot: () => ({ ...source.snapshot(), offset: 0, tail: tail.toString('base64') }),
    };
  };
  return {
    ...engine,
    handlers: { ...engine.handlers, consoles: { ...engine.handlers.consoles, view: withBytes } },
  };
}

test('what consoles said is found in all recordings, and played from that second on', async ({
  page,
  open,
}) => {
  await readAloud(page);
  await open(busyRack());
  await show(page, '#/consoles/recordings');
  await expect(page.getByRole('grid', { name: 'Recordings' }).getByRole('row')).not.toHaveCount(1);
  await page.getByRole('searchbox', { name: 'Search in all recordings' }).fill('kernel panic');
  const hits = page.getByRole('grid', { name: 'Lines that were found' });
  await hits.getByRole('row', { name: 'r4u02' }).click();
  await expect(page.getByRole('heading', { name: 'Recording of r4u02' })).toBeVisible();
  const lines = page.locator('.xterm-accessibility-tree');
  await expect(lines).toContainText('Kernel panic - not syncing');
  await expect(lines).not.toContainText('login:');
  await expectAccessible(page);

  await page.getByRole('searchbox', { name: 'Search in this recording' }).fill('login');
  await page.keyboard.press('Enter');
  await expect(lines).toContainText('login:');
  const moment = page.getByRole('slider', { name: 'Moment that is shown' });
  await moment.focus();
  await page.keyboard.press('Home');
  await expect(lines).not.toContainText('SATA');
  await page.getByRole('combobox', { name: 'Speed' }).click();
  await page.getByRole('option', { name: '16×' }).click();
  await page.getByRole('button', { name: 'Play' }).click();
  await expect(lines).toContainText('login:');

  await page.getByRole('button', { name: 'Export…' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'asciicast v2 (.cast)' }).click();
  expect((await download).suggestedFilename()).toMatch(/^r4u02-\d{4}-\d\d-\d\d\.cast$/);
});
