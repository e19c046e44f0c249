import os from 'node:os';
import path from 'node:path';
import { app, type BrowserWindow, session, type WebContents } from 'electron';
import { hostChannels, pageOrigin } from '#shared/contract/host-names.ts';
import { defaultDataDir } from '#shared/model/default-data-dir.ts';
import { registerAppScheme, serveAppScheme } from './app-protocol.ts';
import { launchEngine } from './engine-process.ts';
import { serveHostCalls } from './host-calls.ts';
import { createLeaving } from './leaving.ts';
import { lockSession, lockWebContents, originOf, surviveCrashes } from './locks.ts';
import { setMenu } from './menu.ts';
import { PagePorts } from './page-ports.ts';
import { keyFromKeyring } from './seal-key.ts';
import { openShellLog, type ShellLog } from './shell-log.ts';
import { EngineSupervisor } from './supervisor.ts';
import { trustedIpc } from './trusted-ipc.ts';
import { openWindow } from './window.ts';

export interface ShellPaths {
  readonly preload: string;
  readonly engine: string;
  readonly pageDir: string;
}

/** The desktop program: one window, one engine, and locks between them and the rest of the world. */
export async function startShell(paths: ShellPaths): Promise<void> {
  const dataDir = defaultDataDir({ platform: process.platform, env: process.env, home: os.homedir() });
  const logFolder = path.join(dataDir, 'logs');
  const page = { origin: developmentOrigin() ?? pageOrigin };
  app.enableSandbox();
  registerAppScheme();
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  const log = openShellLog(logFolder);
  lockWebContents(page, log);
  await app.whenReady();
  lockSession(session.defaultSession, page, log);
  serveAppScheme(paths.pageDir);
  setMenu();

  let window: BrowserWindow | undefined;
  const sealKey = await keyFromKeyring(dataDir);
  const leaving = createLeaving(() => app.quit());
  const ports = new PagePorts(port => supervisor.connect(port));
  const supervisor = new EngineSupervisor({
    launch: () => launchEngine(paths.engine, log),
    startOrder: { t: 'start', dataDir, sealKey },
    log,
    onRunning: () => ports.engineRuns(),
    onLost: () => ports.engineLost(),
    onBusy: deployments => leaving.onBusy(deployments),
    schedule: (callback, delayMs) => {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
    now: Date.now,
  });
  const isOurs = (contents: WebContents) =>
    window !== undefined && !window.isDestroyed() && contents === window.webContents;
  const ipc = trustedIpc({ page, isOurs, log });
  const keyStore = sealKey === null ? 'key-file' : 'os-keyring';
  const facts = { platform: process.platform, version: app.getVersion(), keyStore } as const;
  serveHostCalls(ipc, { supervisor, leaving, dataDir, logFolder, facts, log });
  ipc.on(hostChannels.requestEnginePort, sender => ports.request(sender));

  const showWindow = () => {
    if (window !== undefined && !window.isDestroyed()) {
      if (window.isMinimized()) window.restore();
      window.show();
      return;
    }
    window = openWindow({
      preload: paths.preload,
      pageUrl: `${page.origin}/`,
      icon: path.join(paths.pageDir, 'icon.png'),
      onLoadFailed: error => log('error', 'the page could not be loaded', { error: String(error) }),
    });
    leaving.guard(window);
    surviveCrashes(window.webContents, log);
  };
  app.on('second-instance', showWindow);
  app.on('activate', showWindow);
  endInGoodOrder(supervisor, log);
  supervisor.start();
  showWindow();
}

/** Quitting waits for the engine to close its database and sockets. */
function endInGoodOrder(supervisor: EngineSupervisor, log: ShellLog): void {
  let isStopped = false;
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('will-quit', event => {
    if (isStopped) return;
    event.preventDefault();
    void supervisor.stop().then(() => {
      isStopped = true;
      app.quit();
    });
  });
  app.on('child-process-gone', (_event, { type, reason, exitCode, serviceName }) =>
    log('error', 'a child process is gone', { type, reason, exitCode, serviceName }),
  );
}

/** While developing, the page comes from Vite's server. A packaged program does not listen to this variable. */
function developmentOrigin(): string | undefined {
  const url = process.env['ELECTRON_RENDERER_URL'];
  return app.isPackaged || url === undefined ? undefined : originOf(url);
}
