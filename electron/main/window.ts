import { app, BrowserWindow, nativeTheme } from 'electron';

export interface WindowOptions {
  readonly preload: string;
  readonly pageUrl: string;
  /** PNG; Windows and macOS take the program's own. */
  readonly icon: string;
  readonly onLoadFailed: (error: unknown) => void;
}

/** The one window. Everything that could give the page more than a browser tab has is off. */
export function openWindow({ preload, pageUrl, icon, onLoadFailed }: WindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    title: 'Rackside',
    icon,
    width: 1400,
    height: 900,
    minWidth: 1024,
    minHeight: 640,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#121212' : '#ffffff',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  window.once('ready-to-show', () => window.show());
  window.loadURL(pageUrl).catch(onLoadFailed);
  return window;
}
