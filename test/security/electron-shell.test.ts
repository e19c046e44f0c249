import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startShell } from '#main/shell.ts';
import type { CodedError } from '#shared/contract/errors.ts';
import { buildPreload, buildTestPage } from '#test/fakes/electron/build-shell.ts';
import * as electron from '#test/fakes/electron/electron.ts';
import { NavigationEvent } from '#test/fakes/electron/web-contents.ts';

vi.mock('electron', () => import('#test/fakes/electron/electron.ts'));

const engineEntry = path.join(import.meta.dirname, '..', 'fakes', 'engine', 'utility.ts');

let folder: string;
let paths: { preload: string; engine: string; pageDir: string };

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'rk-shell-'));
  const pageDir = path.join(folder, 'page');
  const [preload] = await Promise.all([buildPreload(path.join(folder, 'preload')), buildTestPage(pageDir)]);
  writeFileSync(path.join(folder, 'secret.json'), '{"secret":true}');
  paths = { preload, engine: '/packaged/out/engine/utility.js', pageDir };
});
afterAll(async () => {
  await electron.closeBrowser();
  rmSync(folder, { recursive: true });
});

interface Options {
  readonly closesPorts?: boolean;
  readonly keyring?: string;
}

const dataDir = () => path.join(folder, 'data');

/** Main, preload and page together, with the fake engine in a real process. */
async function start({ closesPorts = true, ...rest }: Options = {}): Promise<void> {
  vi.stubEnv('RACKSIDE_DATA', dataDir());
  await electron.openDouble({ entry: engineEntry, closesPorts, ...rest });
  await startShell(paths);
  await vi.waitFor(() => expect(windowOf().isVisible()).toBe(true), { timeout: 15_000 });
}

const windowOf = () => {
  const [window] = electron.windows;
  if (window === undefined) throw new Error('there is no window');
  return window;
};
const page = () => windowOf().webContents.page;
const engine = () => {
  const last = electron.engines.at(-1);
  if (last === undefined) throw new Error('there is no engine');
  return last;
};
const names = () => page().locator('#names li').allTextContents();
const states = async () => (await page().locator('#states').textContent())?.trim().split(' ') ?? [];
const shellLog = () => readFileSync(path.join(dataDir(), 'logs', 'main.log'), 'utf8');
const soon = (check: () => Promise<void> | void) => vi.waitFor(check, { timeout: 15_000 });
const stay = new NavigationEvent('https://evil.example/');

async function end(): Promise<void> {
  await electron.closeDouble();
  vi.unstubAllEnvs();
  rmSync(dataDir(), { recursive: true, force: true });
}

describe('the Electron shell', () => {
  beforeAll(() => start());
  afterAll(end);

  it('shows the page over app:// and connects it to the engine in its own process', async () => {
    await soon(async () => expect(await names()).toEqual([`pid ${engine().pid}`]));
    expect(await states()).toEqual(['connecting', 'open']);
    await page().evaluate(() =>
      (
        window as unknown as { rackside: { client: { nodes: { enroll(input: object): Promise<unknown> } } } }
      ).rackside.client.nodes.enroll({ name: 'node-1' }),
    );
    await soon(async () => expect(await names()).toContain('node-1'));
    expect(electron.recorded.forks[0]?.modulePath).toBe(paths.engine);
  });

  it('opens its window with everything off that a page does not need', () => {
    expect(electron.recorded.isSandboxEnabled).toBe(true);
    expect(electron.recorded.windowOptions[0]?.['webPreferences']).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      devTools: false,
    });
    expect(electron.recorded.menus).toEqual([null]);
  });

  it('gives app:// the rights of https and no more', () => {
    expect(electron.recorded.schemes).toEqual([
      {
        scheme: 'app',
        privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
      },
    ]);
  });

  it('hands the page a frozen bridge of plain functions and nothing of Electron', async () => {
    const seen = await page().evaluate(() => {
      const bridge = (window as unknown as Record<string, Record<string, unknown>>)['racksideHost'] ?? {};
      const found = ['require', 'process', 'module', 'ipcRenderer', 'electron', 'global', 'Buffer'];
      return {
        keys: Object.keys(bridge).sort(),
        calls: Object.keys(bridge['calls'] as object).sort(),
        isFrozen: Object.isFrozen(bridge) && Object.isFrozen(bridge['calls']),
        found: found.filter(name => name in window),
      };
    });
    expect(seen).toEqual({
      keys: ['calls', 'facts', 'pathOfFile', 'requestEnginePort'],
      calls: [
        'chooseImageFiles',
        'engineStatus',
        'notify',
        'openLogFolder',
        'restartEngine',
        'saveFile',
        'saveSheet',
        'setLeavingWords',
      ],
      isFrozen: true,
      found: [],
    });
  });

  describe('locks', () => {
    it('the page where it is: no navigation, however it is tried', async () => {
      const here = page().url();
      await page().evaluate(() => location.assign('https://evil.example/?token=1'));
      await soon(() =>
        expect(shellLog()).toContain('"msg":"refused a navigation","to":"https://evil.example/"'),
      );
      await page().evaluate(() => {
        const link = document.createElement('a');
        link.href = 'file:///etc/passwd';
        document.body.append(link);
        link.click();
      });
      expect(page().url()).toBe(here);
      expect(await page().title()).toBe('shell test page');
    });

    it('redirects and frames, which could carry the page away', () => {
      const contents = windowOf().webContents;
      for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview']) {
        const event = new NavigationEvent(stay.url);
        contents.emit(name, event);
        expect([name, event.isPrevented]).toEqual([name, true]);
      }
      const inPage = new NavigationEvent('app://bundle/deploy');
      contents.emit('will-navigate', inPage);
      expect(inPage.isPrevented).toBe(false);
    });

    it('new windows', async () => {
      await page().evaluate(() => void window.open('https://evil.example/'));
      await soon(() => expect(shellLog()).toContain('refused a new window'));
      await soon(() => expect(page().context().pages()).toHaveLength(1));
    });

    it('requests to anywhere else', async () => {
      for (const url of [
        'https://evil.example/x',
        'http://127.0.0.1:1/',
        'file:///etc/passwd',
        'app://other/',
        'ws://evil.example/',
        'chrome://gpu',
      ])
        expect([url, await electron.isRequestCancelled(url)]).toEqual([url, true]);
      for (const url of ['app://bundle/', 'app://bundle/assets/a.js', 'data:image/png;base64,'])
        expect([url, await electron.isRequestCancelled(url)]).toEqual([url, false]);
      const outcome = await page().evaluate(() =>
        fetch('https://evil.example/').then(
          () => 'fetched',
          () => 'refused',
        ),
      );
      expect(outcome).toBe('refused');
    });

    it('every permission and device but copying text', () => {
      const asked = [
        'media',
        'geolocation',
        'notifications',
        'usb',
        'hid',
        'serial',
        'clipboard-read',
        'openExternal',
        'fullscreen',
        'pointerLock',
        'midi',
        'unknown',
      ];
      const answers = [...asked, 'clipboard-sanitized-write'].map(permission => {
        let isAllowed: boolean | undefined;
        electron.recorded.permissionRequest?.({}, permission, ok => {
          isAllowed = ok;
        });
        return [permission, isAllowed, electron.recorded.permissionCheck?.({}, permission)];
      });
      expect(answers).toEqual([
        ...asked.map(permission => [permission, false, false]),
        ['clipboard-sanitized-write', true, true],
      ]);
      expect(electron.recorded.devicePermission?.()).toBe(false);
    });

    it('scripts that are not ours, by the policy in the header', async () => {
      const header = (await electron.fetchApp('app://bundle/')).headers.get('content-security-policy');
      expect(header).toContain("default-src 'none'; script-src 'self';");
      const outcome = await page().evaluate(async () => {
        // Out of the turn in which the debugger, for which no policy holds, has called this.
        await new Promise(resolve => setTimeout(resolve));
        const script = document.createElement('script');
        document.head.append(script);
        const tried: Record<string, string> = {};
        const attempt = (what: string, run: () => unknown) => {
          try {
            tried[what] = run() === undefined ? 'nothing' : 'ran';
          } catch (error) {
            tried[what] = (error as Error).name;
          }
        };
        // oxlint-disable-next-line typescript/no-implied-eval -- this is what must not run
        attempt('eval', () => new Function('return 1')());
        attempt('inline', () => {
          script.textContent = 'window.inlineRan = true';
          return (window as { inlineRan?: boolean }).inlineRan;
        });
        attempt('html', () => {
          document.body.innerHTML = '<img src=x onerror="window.inlineRan = true">';
          return 1;
        });
        return tried;
      });
      expect(outcome).toEqual({ eval: 'EvalError', inline: 'TypeError', html: 'TypeError' });
    });

    it.each([
      'app://bundle/../secret.json',
      'app://bundle/%2e%2e/secret.json',
      'app://bundle/..%2fsecret.json',
      'app://bundle/..%5csecret.json',
      'app://bundle/assets/..%2f..%2fsecret.json',
      'app://bundle//etc/passwd.txt',
      'app://bundle/C:/secret.json',
      'app://other/index.html',
    ])('files outside the page: %s', async url => {
      const answer = await electron.fetchApp(url);
      expect([answer.status, await answer.text()]).toEqual([404, '']);
    });

    it('methods other than GET, and file: altogether', async () => {
      expect((await electron.fetchApp('app://bundle/', 'POST')).status).toBe(405);
      expect((await electron.fetchApp('file:///etc/passwd')).status).toBe(403);
    });

    it('its IPC from frames that are not our page', async () => {
      const sender = windowOf().webContents;
      const strangers = [
        { sender, senderFrame: null },
        { sender, senderFrame: { url: 'https://evil.example/', parent: null } },
        { sender, senderFrame: { url: 'app://other/', parent: null } },
        { sender, senderFrame: { url: 'app://bundle/', parent: {} } },
        {
          sender: new electron.BrowserWindow({ webPreferences: { preload: paths.preload } }).webContents,
          senderFrame: { url: 'app://bundle/', parent: null },
        },
      ];
      const dialogs = electron.recorded.dialogs.length;
      for (const stranger of strangers) {
        const call = electron.ipcFrom(stranger, 'rackside:host-call', 'chooseImageFiles', { title: 'x' });
        await expect(call).rejects.toThrow('refused');
        await electron.ipcFrom(stranger, 'rackside:request-engine-port');
      }
      expect(electron.recorded.dialogs).toHaveLength(dialogs);
      expect(shellLog().match(/refused a message from a frame/g)).toHaveLength(2 * strangers.length);
    });

    it('its host calls to what the contract says', async () => {
      const call = (name: string, input: unknown) =>
        electron
          .ipcFrom(
            { sender: windowOf().webContents, senderFrame: { url: 'app://bundle/', parent: null } },
            'rackside:host-call',
            name,
            input,
          )
          .then(
            () => 'answered',
            (error: Error) => error.name,
          );
      expect(await call('chooseImageFiles', { title: 7 })).toBe('ZodError');
      expect(await call('chooseImageFiles', { title: 'x'.repeat(300) })).toBe('ZodError');
      const save = (name: string, kind = 'backup') => call('saveFile', { title: 'x', kind, name });
      expect(await save('../seal.key')).toBe('ZodError');
      expect(await save('/etc/passwd.tar.gz')).toBe('ZodError');
      expect(await save('a.tar.gz', '..')).toBe('ZodError');
      for (const name of ['../../x.csv', 'run.exe', '/etc/x.csv'])
        expect(await call('saveSheet', { title: '', name, base64: '' }), name).toBe('ZodError');
      expect(await call('openExternal', { url: 'https://evil.example' })).toBe('ZodError');
      expect(await call('constructor', {})).toBe('ZodError');
      expect(await call('engineStatus', {})).toBe('answered');
    });
  });

  it('asks the operating system for image files, and gives their paths', async () => {
    electron.answerDialogs({ canceled: false, filePaths: ['/images/debian.qcow2', '/images/b.iso'] });
    const choose = () =>
      page().evaluate(() =>
        (
          window as unknown as {
            racksideHost: { calls: { chooseImageFiles(input: object): Promise<unknown> } };
          }
        ).racksideHost.calls.chooseImageFiles({ title: 'Choose an image' }),
      );
    expect(await choose()).toEqual({ paths: ['/images/debian.qcow2', '/images/b.iso'] });
    expect(electron.recorded.dialogs.at(-1)).toMatchObject({
      title: 'Choose an image',
      properties: ['openFile', 'multiSelections'],
    });
    electron.answerDialogs({ canceled: true, filePaths: [] });
    expect(await choose()).toBeNull();
  });

  it('copies a file that the engine made to where the person says, and notifies', async () => {
    const name = 'rackside-backup-20261126-084700.tar.gz';
    mkdirSync(path.join(dataDir(), 'backups'), { recursive: true });
    writeFileSync(path.join(dataDir(), 'backups', name), 'a backup');
    const target = path.join(folder, 'saved.tar.gz');
    const call = (which: 'saveFile' | 'notify', input: object) =>
      page().evaluate(
        ([procedure, given]) =>
          (
            window as unknown as {
              racksideHost: { calls: Record<string, (input: unknown) => Promise<unknown>> };
            }
          ).racksideHost.calls[procedure]?.(given),
        [which, input] as const,
      );
    electron.answerSaveDialogs({ canceled: false, filePath: target });
    const save = { title: 'Save a copy', kind: 'backup', name };
    expect(await call('saveFile', save)).toEqual({ path: target });
    expect(readFileSync(target, 'utf8')).toBe('a backup');
    expect(electron.recorded.dialogs.at(-1)).toMatchObject({ title: 'Save a copy', defaultPath: name });
    electron.answerSaveDialogs({ canceled: true, filePath: '' });
    expect(await call('saveFile', save)).toBeNull();
    await call('notify', { title: 'Rackside', body: 'r1u01 is deployed' });
    expect(electron.recorded.notifications).toContain('r1u01 is deployed');
  });

  it('writes a table where the person says, and nowhere when they close the dialog', async () => {
    const filePath = path.join(dataDir(), 'servers.csv');
    const save = () =>
      page().evaluate(() =>
        (
          window as unknown as { racksideHost: { calls: { saveSheet(input: object): Promise<unknown> } } }
        ).racksideHost.calls.saveSheet({ title: 'Save', name: 'servers.csv', base64: btoa('name,mac') }),
      );
    electron.answerSaveDialogs({ canceled: true, filePath: '' });
    expect(await save()).toBeNull();
    electron.answerSaveDialogs({ canceled: false, filePath });
    expect(await save()).toEqual({ path: filePath });
    expect(readFileSync(filePath, 'utf8')).toBe('name,mac');
  });

  it('gives the engine no variable that could put code into it', () => {
    const env = electron.recorded.forks[0]?.options['env'] as Record<string, string>;
    expect(env['PATH']).toBe(process.env['PATH']);
    for (const name of ['NODE_OPTIONS', 'ELECTRON_RUN_AS_NODE', 'LD_PRELOAD'])
      expect(env).not.toHaveProperty(name);
  });
});

describe.each([
  ['its ports close by themselves', true],
  ['its ports stay silent', false],
])('when the engine is killed and %s', (_what, closesPorts) => {
  beforeEach(() => start({ closesPorts }));
  afterEach(end);

  it('it is started again and the page goes on by itself', async () => {
    await soon(async () => expect(await names()).toEqual([`pid ${engine().pid}`]));
    const first = engine().pid;
    engine().child.kill('SIGKILL');
    await soon(async () => {
      expect(electron.engines).toHaveLength(2);
      expect(await names()).toEqual([`pid ${engine().pid}`]);
    });
    expect(engine().pid).not.toBe(first);
    const seen = await states();
    expect(seen.slice(0, 3)).toEqual(['connecting', 'open', 'lost']);
    expect(seen.at(-1)).toBe('open');
    expect(shellLog()).toContain('"reason":"it crashed (exit code 9)","startsInMs":500');
  });
});

describe('quitting', () => {
  beforeEach(() => start());
  afterEach(end);
  const stay = { canceled: true, filePaths: [] };
  const enroll = (name: string) =>
    page().evaluate(
      wanted =>
        (
          window as unknown as {
            rackside: { client: { nodes: { enroll(input: object): Promise<unknown> } } };
          }
        ).rackside.client.nodes.enroll({ name: wanted }),
      name,
    );
  /** As the real page does, in its language. */
  const setWords = () =>
    page().evaluate(() =>
      (
        window as unknown as {
          racksideHost: { calls: { setLeavingWords(words: object): Promise<unknown> } };
        }
      ).racksideHost.calls.setLeavingWords({
        running: '正在运行的部署：{deployments}',
        detail: '留在后台时部署继续进行',
        background: '留在后台继续',
        quit: '退出',
        cancel: '取消',
        done: '所有部署均已结束',
      }),
    );
  const deploy = async () => {
    await soon(async () => expect(await names()).toHaveLength(1));
    await setWords();
    await enroll('deploy');
    await soon(() => expect(electron.recorded.powerSaveBlockers).toBe(1));
  };
  const closeInto = async (button: 0 | 2) => {
    const asked = electron.recorded.dialogs.length;
    electron.answerDialogs(stay, button);
    windowOf().close();
    await soon(() => expect(electron.recorded.dialogs).toHaveLength(asked + 1));
    await soon(() => expect(windowOf().isVisible()).toBe(button === 2));
  };

  it("asks while deployments run, in the page's language, keeps the machine awake, and goes on without a window", async () => {
    await deploy();
    await closeInto(2);
    expect(electron.recorded.dialogs[0]).toMatchObject({
      message: '正在运行的部署：1',
      buttons: ['留在后台继续', '退出', '取消'],
    });
    expect(windowOf().isDestroyed()).toBe(false);
    await closeInto(0);
    expect(electron.recorded.quits).toBe(0);
    electron.app.emit('second-instance');
    expect(windowOf().isVisible()).toBe(true);

    await enroll('deployed');
    await soon(() => expect(electron.recorded.powerSaveBlockers).toBe(0));
    expect(electron.recorded.notifications).toEqual([]);
    windowOf().close();
    await soon(() => expect(electron.recorded.quits).toBe(1));
    expect(electron.recorded.dialogs).toHaveLength(2);
  });

  it('brings its hidden window back after the last deployment, and says so', async () => {
    await deploy();
    await closeInto(0);
    await enroll('deployed');
    await soon(() => expect(windowOf().isVisible()).toBe(true));
    expect(electron.recorded.notifications).toEqual(['所有部署均已结束']);
  });

  it('takes a crash of the engine for no end of its deployments', async () => {
    await deploy();
    await closeInto(0);
    engine().child.kill('SIGKILL');
    await soon(async () => {
      expect(electron.engines).toHaveLength(2);
      expect(await names()).toEqual([`pid ${engine().pid}`]);
    });
    const { powerSaveBlockers, notifications } = electron.recorded;
    expect([powerSaveBlockers, notifications, windowOf().isVisible()]).toEqual([1, [], false]);
    await enroll('deployed');
    await soon(() => expect(windowOf().isVisible()).toBe(true));
  });

  it('quits only after the engine has ended in good order', async () => {
    await soon(async () => expect(await names()).toHaveLength(1));
    electron.app.quit();
    await soon(() => expect(electron.recorded.quits).toBe(1));
    expect(engine().child.exitCode).toBe(0);
    expect(readFileSync(path.join(dataDir(), 'logs', 'engine.log'), 'utf8')).toContain('fake engine closed');
    expect(shellLog()).toContain('"msg":"the engine has ended","code":0');
  });
});

describe('the sealing key', () => {
  afterEach(end);
  const keptIn = async () => {
    const facts = await page().evaluate(() =>
      (
        window as unknown as { racksideHost: { facts(): Promise<{ keyStore: string }> } }
      ).racksideHost.facts(),
    );
    return facts.keyStore;
  };
  const keyFiles = () => readdirSync(dataDir()).filter(name => name.startsWith('seal.'));

  it('lies in the keyring where there is one', async () => {
    await start({ keyring: 'gnome_libsecret' });
    expect([await keptIn(), keyFiles()]).toEqual(['os-keyring', ['seal.keyring']]);
    const sealed = readFileSync(path.join(dataDir(), 'seal.keyring'), 'utf8');
    await electron.closeDouble();
    await start({ keyring: 'gnome_libsecret' });
    expect(readFileSync(path.join(dataDir(), 'seal.keyring'), 'utf8')).toBe(sealed);
  });

  it.each([
    ['half a file', 'gnome_libsecret', 'it holds 8 bytes instead of 32'],
    ['a keyring that was reset', 'reset', 'Error while decrypting the ciphertext'],
  ])('is not replaced in silence: %s ends the start with what to do', async (_what, keyring, reason) => {
    const file = path.join(dataDir(), 'seal.keyring');
    const half = Buffer.from(Buffer.alloc(8).toString('base64')).reverse();
    mkdirSync(dataDir(), { recursive: true });
    writeFileSync(file, half);
    const failure = await start({ keyring }).then(
      () => undefined,
      (error: unknown) => error as CodedError,
    );
    expect(failure).toMatchObject({ code: 'file.unreadable', details: { path: file, reason } });
    expect(failure?.message).toContain(
      'If the keyring was reset, the passwords are lost: move that file away',
    );
    expect(readFileSync(file)).toEqual(half);
  });

  it('lies in a file where there is none, or where a file was first', async () => {
    await start();
    await soon(async () => expect(await names()).toHaveLength(1));
    expect([await keptIn(), keyFiles()]).toEqual(['key-file', ['seal.key']]);
    await electron.closeDouble();
    await start({ keyring: 'kwallet6' });
    expect(await keptIn()).toBe('key-file');
  });

  it('is not handed to a second engine: what cannot start says why and is tried again later', async () => {
    mkdirSync(dataDir(), { recursive: true });
    writeFileSync(path.join(dataDir(), 'seal.key'), 'too short');
    await start();
    const status = () =>
      page().evaluate(() =>
        (
          window as unknown as {
            racksideHost: { calls: { engineStatus(input: object): Promise<{ lastFailure: string }> } };
          }
        ).racksideHost.calls.engineStatus({}),
      );
    await soon(async () => expect((await status()).lastFailure).toContain('is not a key of 32 bytes'));
    expect(await states()).toEqual(['connecting']);
    rmSync(path.join(dataDir(), 'seal.key'));
    await soon(async () => expect(await names()).toHaveLength(1));
  });
});
